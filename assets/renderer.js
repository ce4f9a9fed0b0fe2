/* Starts Dash when all its scripts are there: they are deferred, so that the page and its strip come first. */
window.renderer = new window.DashRenderer();
