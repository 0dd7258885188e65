using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Submissions;

/// <summary>A form with what a workbook says of it.</summary>
/// <param name="Form">Settled: facts are the platform's.</param>
/// <param name="Strange">Rows that belong to no row of the form where none can be added.</param>
public sealed record OverlaidForm(FormContent Form, IReadOnlyList<(ParsedSheet Sheet, ParsedRow Row)> Strange);

/// <summary>Between the rows of a workbook and the content of a form, by the columns that the form's kind names.</summary>
public static class FormWorkbooks
{
    /// <summary>
    /// The form with what its row and its tables' rows say. An empty cell of <paramref name="row"/> leaves what stands; a sheet
    /// that the file does not hold leaves its table. A row that names itself, by id or by name, keeps its id, so that comments
    /// stay with it; the rows of a free table are replaced by those of the sheet.
    /// </summary>
    /// <param name="filing">The case.</param>
    /// <param name="workbook">The columns of its form.</param>
    /// <param name="row">The case's own row; null where that one is not taken.</param>
    /// <param name="sheetOf">Code of a sheet → what was read of it; null = the file holds none.</param>
    /// <param name="goodRowsOnly">Of rows with errors nothing is taken; what the form has for them stays.</param>
    public static OverlaidForm Overlay(FilingCase filing, FormWorkbook workbook, ParsedRow? row, Func<string, ParsedSheet?> sheetOf, bool goodRowsOnly)
    {
        ArgumentNullException.ThrowIfNull(filing);
        ArgumentNullException.ThrowIfNull(workbook);
        ArgumentNullException.ThrowIfNull(sheetOf);
        var form = filing.Form;
        var strange = new List<(ParsedSheet, ParsedRow)>();
        var read = new List<(TableSpec Table, ParsedSheet Sheet, IReadOnlyList<(string Column, string Field)> Columns)>();
        foreach (var (sheetCode, name, columns) in workbook.Tables)
        {
            if (sheetOf(sheetCode) is { } sheet)
            {
                read.Add((form.Layout.Table(name)!, sheet, columns));
            }
        }

        var pairs = form.Pairs().Where(p => read.TrueForAll(t => !p.Key.StartsWith(t.Table.Name + "[", StringComparison.Ordinal)))
            .ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        foreach (var (column, path) in workbook.Columns)
        {
            if (row?.Text(column) is { Length: > 0 } text)
            {
                pairs[path] = ToForm(workbook, column, text);
            }
        }

        foreach (var (table, sheet, columns) in read)
        {
            foreach (var one in Rows(filing, workbook, table, sheet, columns, goodRowsOnly, strange))
            {
                foreach (var (column, text) in one.Texts)
                {
                    pairs[$"{table.Name}[{one.Id}].{column}"] = text;
                }
            }
        }

        var typed = FormContent.Of(form.Layout, pairs);
        return new OverlaidForm(filing.Kind.Settle(typed with { Attachments = form.Attachments, Explanations = form.Explanations }, filing.Prefilled, filing), strange);
    }

    /// <summary>The rows of a prefilled workbook.</summary>
    /// <param name="workbook">The columns.</param>
    /// <param name="forms">One row each.</param>
    /// <param name="texts">For the words of codes in columns that are only shown.</param>
    public static WorkbookData ToWorkbook(FormWorkbook workbook, IEnumerable<FormContent> forms, Texts? texts = null)
    {
        ArgumentNullException.ThrowIfNull(workbook);
        ArgumentNullException.ThrowIfNull(forms);
        var first = new List<IReadOnlyDictionary<string, string>>();
        var further = workbook.Tables.ToDictionary(t => t.Sheet, _ => new List<IReadOnlyDictionary<string, string>>(), StringComparer.Ordinal);
        var codePath = workbook.Columns.First(c => c.Column == workbook.CaseColumn).Path;
        foreach (var form in forms)
        {
            var values = form.Pairs().ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
            first.Add(Row(workbook, workbook.Columns, path => values.GetValueOrDefault(path, ""), texts));
            foreach (var (sheet, table, columns) in workbook.Tables)
            {
                foreach (var row in form.Rows(table))
                {
                    var cells = Row(workbook, columns, field => row[field], texts);
                    cells[workbook.CaseColumn] = form[codePath];
                    if (workbook.RowColumn is { } rowColumn)
                    {
                        cells[rowColumn] = row.Id;
                    }

                    foreach (var (column, value) in workbook.AlsoInRows)
                    {
                        cells[column] = value;
                    }

                    further[sheet].Add(cells);
                }
            }
        }

        return new WorkbookData(new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(
            further.Select(s => KeyValuePair.Create(s.Key, (IReadOnlyList<IReadOnlyDictionary<string, string>>)s.Value)), StringComparer.Ordinal) { [workbook.Sheet] = first });
    }

    /// <summary>The rows that the table then has, those of the sheet in its order.</summary>
    private static List<FormRow> Rows(
        FilingCase filing, FormWorkbook workbook, TableSpec table, ParsedSheet sheet, IReadOnlyList<(string Column, string Field)> columns, bool goodRowsOnly,
        List<(ParsedSheet Sheet, ParsedRow Row)> strange)
    {
        var before = filing.Form.Rows(table.Name);
        var platform = table.Fixed || table.Seeded ? filing.Prefilled.Rows(table.Name).Select(r => r.Id).ToHashSet(StringComparer.Ordinal) : [];
        var left = before.ToList();
        var used = before.Select(r => r.Id).ToList();
        var rows = new List<FormRow>();
        foreach (var row in sheet.Rows.Where(r => r.Text(workbook.CaseColumn) == filing.Project.Code && workbook.TakesRow(r)))
        {
            var known = Known(workbook, table, columns, row, left);
            if (known is not null)
            {
                left.Remove(known);
            }

            if (goodRowsOnly && !row.Good)
            {
                rows.AddRange(known is null ? [] : [known]);
                continue;
            }

            if (known is null && !table.TakesRows(filing.Prefilled))
            {
                strange.Add((sheet, row));
                continue;
            }

            var id = known?.Id ?? FormContent.NextRowId(used);
            used.Add(id);

            // A row of the platform keeps what the workbook does not say of it; one that was typed is what the sheet says.
            var keeps = known is not null && platform.Contains(known.Id);
            var texts = (known?.Texts ?? new Dictionary<string, string>(StringComparer.Ordinal))
                .Where(t => keeps || !columns.Any(c => c.Field == t.Key && sheet.Columns.ContainsKey(c.Column)))
                .ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);
            foreach (var (column, field) in columns)
            {
                if (row.Text(column) is { Length: > 0 } text)
                {
                    texts[field] = ToForm(workbook, column, text);
                }
            }

            rows.Add(new FormRow(id, texts));
        }

        return [.. rows, .. left.Where(r => table.Fixed || platform.Contains(r.Id))];
    }

    private static FormRow? Known(FormWorkbook workbook, TableSpec table, IReadOnlyList<(string Column, string Field)> columns, ParsedRow row, List<FormRow> left)
    {
        if (workbook.RowColumn is { } idColumn && row.Text(idColumn) is { Length: > 0 } id)
        {
            return left.Find(r => r.Id == id);
        }

        var name = columns.Where(c => c.Field == table.NameColumn).Select(c => row.Text(c.Column)).FirstOrDefault();
        return name is null ? null : left.Find(r => r[table.NameColumn] == name);
    }

    private static Dictionary<string, string> Row(FormWorkbook workbook, IEnumerable<(string Column, string Path)> columns, Func<string, string> value, Texts? texts)
    {
        var row = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (column, path) in columns)
        {
            if (value(path) is { Length: > 0 } text)
            {
                row[column] = texts is not null && workbook.Shown.TryGetValue(column, out var shown) ? FilingWords.Value(texts, shown.LabelKey, shown.Kind, text)
                    : workbook.Codes.FirstOrDefault(c => c.Column == column && c.Form == text).Intake
                        ?? workbook.Writes.FirstOrDefault(w => w.Column == column).Write?.Invoke(text) ?? text;
            }
        }

        return row;
    }

    private static string ToForm(FormWorkbook workbook, string column, string text) =>
        workbook.Codes.FirstOrDefault(c => c.Column == column && c.Intake == text).Form ?? text;
}
