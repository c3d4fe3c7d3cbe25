"""The one list of breaches of the budgets, each with its reason. Shorten it when you can."""

# path -> why it may be longer than 300 lines (templates: 120)
LONG_FILES: dict[str, str] = {
    "benchmarks/matching/generator.py": "Defines the file interface; kept as it was given.",
}
# path:function -> why it may be longer than 40 lines
LONG_FUNCTIONS: dict[str, str] = {
    "benchmarks/matching/generator.py:generate": "Defines the file interface; kept as given.",
    "app/programmes/rules.py:default_programmes": "a table of the year's programmes, no logic",
}
