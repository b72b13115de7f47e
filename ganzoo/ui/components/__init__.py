"""The building blocks of the tabs. The .html, .js and .css files of a component have its name."""

from ganzoo.ui.components.lesson import lesson, lesson_html
from ganzoo.ui.components.panel import STYLES, filled, panel

__all__ = ["STYLES", "filled", "lesson", "lesson_html", "panel"]
