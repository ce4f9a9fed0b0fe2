/* Cells of the grid that lead somewhere: text and an address of ours, never markup. */
window.dashAgGridComponentFunctions = Object.assign({}, window.dashAgGridComponentFunctions, {
  HouseLink: function (cell) {
    var row = cell.data, to = row && (cell.colDef.field === 'patient' ? row.patient_href : row.href);
    return to ? window.React.createElement('a', { href: to, dir: 'auto' }, cell.value) : cell.value || '';
  }
});
