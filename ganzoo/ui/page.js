// The browser's language decides which of the two in each text style.css shows.
document.documentElement.classList.toggle("gz-german", navigator.language.toLowerCase().startsWith("de"));
