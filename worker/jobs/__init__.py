"""Job functions, one module an area: claim, do the slow part outside, store and finish."""
