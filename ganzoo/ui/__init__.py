"""The app: a thin layer of Gradio over ganzoo. One module per tab; handlers are functions of their inputs.

`launcher.main` is its command line, `layout.build` its page. Neither is imported here: the launcher sets the
environment before gradio reads it.
"""
