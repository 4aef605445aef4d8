// A stand-in for Office.js, which only Excel has: the thinnest that lets the add-in's own scripts run and a test
// ask what Excel would have got. It proves nothing about Excel itself.
(() => {
  const functions = {};
  const sheet = { address: "Sheet1!B2", value: 0, formula: null };
  const supported = () => true;
  const events = { add() {} };

  class ExcelError extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
    }
  }

  class RequestContext {
    constructor() {
      const range = {
        load() {},
        getCell: () => range,
        get address() { return sheet.address; },
        get values() { return [[sheet.value]]; },
        set formulas(rows) { sheet.formula = rows[0][0]; },
      };
      const named = { load() {}, name: "Book1.xlsx" };
      const culture = { load() {}, name: "fi-FI", datetimeFormat: { load() {}, shortDatePattern: "d.M.yyyy" } };
      this.workbook = { ...named, worksheets: { onCalculated: events }, getSelectedRange: () => range };
      this.application = { cultureInfo: culture };
    }
    async sync() {}
  }

  window.Office = {
    onReady: async (ready) => ready?.({ host: "Excel", platform: "OfficeOnline" }),
    context: { requirements: { isSetSupported: supported }, displayLanguage: window.excelLanguage ?? "en-US" },
    actions: { associate() {} },
  };
  window.Excel = { RequestContext, run: async (use) => await use(new RequestContext()) };
  window.CustomFunctions = {
    associate: (id, body) => { functions[id] = body; },
    Error: ExcelError,
    ErrorCode: { invalidValue: "#VALUE!", notAvailable: "#N/A" },
  };

  // What a sheet would do: call the function behind an id, one argument after the other, errors caught as a cell shows them.
  window.sheet = sheet;
  window.calculate = async (id, args) => {
    try {
      return { result: await functions[id](...args, { address: "Sheet1!A1", functionName: id }) };
    } catch (error) {
      if (!(error instanceof ExcelError)) throw error;
      return { error: error.code, message: error.message };
    }
  };
  window.associated = () => Object.keys(functions).sort();
})();
