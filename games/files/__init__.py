"""Scenario files: TOML or JSON in, frozen partnerships out; every problem in one pass. pydantic is known only here.

documents   a file, stdin or a shipped name -> text -> document   (syntax: TOML, JSON; numbers: exact)
shape       the pydantic models: the one place that says what a file may hold   (fields: kinds of values)
structure   document -> models, with pydantic's complaints in plain words
references  names, levels and everything that joins two parts of a file
assemble    models -> nouns   (chain: the urgency process)
levers      mechanisms: changes by path
scenario    all of it, in order
schema      the JSON Schema
"""
