using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Submissions;

/// <summary>Between the rows of a workbook and the content of a form, by the columns that the form's kind names.</summary>
public static class FormWorkbooks
{
    /// <summary>
    /// The form with what its row and its table's rows say. A row of the same name keeps its id, so that comments stay with
    /// it; facts and the rows of a fixed table stay as the platform has them.
    /// </summary>
    public static FormContent Overlay(FilingCase filing, FormWorkbook workbook, ParsedRow row, IEnumerable<ParsedRow> tableRows)
    {
        ArgumentNullException.ThrowIfNull(filing);
        ArgumentNullException.ThrowIfNull(workbook);
        ArgumentNullException.ThrowIfNull(row);
        var form = filing.Form;
        var table = workbook.Rows is { } rows ? form.Layout.Table(rows.Table) : null;
        var pairs = form.Pairs().Where(p => table is null || !p.Key.StartsWith(table.Name + "[", StringComparison.Ordinal) || IsKnown(p.Key))
            .ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        foreach (var (column, path) in workbook.Columns)
        {
            if (row.Text(column) is { Length: > 0 } text)
            {
                pairs[path] = ToForm(workbook, column, text);
            }
        }

        // A row that the platform put there stays, with what the workbook does not say of it.
        bool IsKnown(string path) => table.Fixed || (table.Seeded && filing.Prefilled.Rows(table.Name).Any(r => path.StartsWith($"{table.Name}[{r.Id}].", StringComparison.Ordinal)));

        if (table is not null)
        {
            var known = form.Rows(table.Name).GroupBy(r => r[table.NameColumn], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Id, StringComparer.Ordinal);
            var used = form.Rows(table.Name).Select(r => r.Id).ToList();
            var taken = new HashSet<string>(StringComparer.Ordinal);
            var nameColumn = workbook.Rows!.Value.Columns.First(c => c.Field == table.NameColumn).Column;
            foreach (var tableRow in tableRows.Where(workbook.TakesRow))
            {
                var id = tableRow.Text(nameColumn) is { } name && known.TryGetValue(name, out var before) && taken.Add(before) ? before : FormContent.NextRowId(used);
                used.Add(id);
                foreach (var (column, field) in workbook.Rows.Value.Columns)
                {
                    if (tableRow.Text(column) is { Length: > 0 } text)
                    {
                        pairs[$"{table.Name}[{id}].{field}"] = ToForm(workbook, column, text);
                    }
                }
            }
        }

        var typed = FormContent.Of(form.Layout, pairs);
        return filing.Kind.Settle(typed with { Attachments = form.Attachments, Explanations = form.Explanations }, filing.Prefilled, filing);
    }

    /// <summary>The rows of a prefilled workbook.</summary>
    public static WorkbookData ToWorkbook(FormWorkbook workbook, IEnumerable<FormContent> forms)
    {
        ArgumentNullException.ThrowIfNull(workbook);
        ArgumentNullException.ThrowIfNull(forms);
        var first = new List<IReadOnlyDictionary<string, string>>();
        var second = new List<IReadOnlyDictionary<string, string>>();
        var codePath = workbook.Columns.First(c => c.Column == workbook.CaseColumn).Path;
        foreach (var form in forms)
        {
            var texts = form.Pairs().ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
            first.Add(Row(workbook, workbook.Columns, path => texts.GetValueOrDefault(path, "")));
            if (workbook.Rows is not { } rows)
            {
                continue;
            }

            foreach (var row in form.Rows(rows.Table))
            {
                var values = Row(workbook, rows.Columns, field => row[field]);
                values[workbook.CaseColumn] = form[codePath];
                foreach (var (column, value) in workbook.AlsoInRows)
                {
                    values[column] = value;
                }

                second.Add(values);
            }
        }

        var sheets = new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal) { [workbook.Sheet] = first };
        if (workbook.Rows is { } sheet)
        {
            sheets[sheet.Sheet] = second;
        }

        return new WorkbookData(sheets);
    }

    private static Dictionary<string, string> Row(FormWorkbook workbook, IEnumerable<(string Column, string Path)> columns, Func<string, string> value)
    {
        var row = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (column, path) in columns)
        {
            if (value(path) is { Length: > 0 } text)
            {
                row[column] = workbook.Codes.FirstOrDefault(c => c.Column == column && c.Form == text).Intake
                    ?? workbook.Writes.FirstOrDefault(w => w.Column == column).Write?.Invoke(text) ?? text;
            }
        }

        return row;
    }

    private static string ToForm(FormWorkbook workbook, string column, string text) =>
        workbook.Codes.FirstOrDefault(c => c.Column == column && c.Intake == text).Form ?? text;
}
