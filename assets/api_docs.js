/* The interactive documentation of the REST API. A token that is typed here is forgotten with the page. */
(function () {
  'use strict';
  const place = document.getElementById('docs');
  window.SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: -1,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
    onComplete: () => { document.body.dataset.state = 'shown'; },
  });
})();
