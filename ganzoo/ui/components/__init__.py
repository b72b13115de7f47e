"""What the tabs are made of. A component with a script of its own has its .py, .js, .html and .css here."""

from ganzoo.ui.components.lesson import lesson, lesson_html
from ganzoo.ui.components.panel import STYLES, panel

__all__ = ["STYLES", "lesson", "lesson_html", "panel"]
