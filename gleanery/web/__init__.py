"""The pages: FastAPI and templates over the house, one module per desk (`queue`), all behind one guard.

`serving.serve` runs them with the clock; `app.create_app` puts them together.
"""
