/* Starts Dash when all its scripts are there: it is the last of those that assets/charts_scripts.js brings. */
window.renderer = new window.DashRenderer();
