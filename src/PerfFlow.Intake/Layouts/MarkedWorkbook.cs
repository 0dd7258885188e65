using PerfFlow.Intake.Documents;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Intake.Layouts;

/// <summary>
/// Gives a file back with its bad cells marked: every cell stands where it stood, wrong ones are red with a note, and
/// a sheet 问题清单 lists what is wrong and what to do. It is written anew from the values, so that what came in
/// (formats, drawings, hidden parts) does not go out again under the bureau's name; a CSV or .xls becomes .xlsx.
/// </summary>
internal static class MarkedWorkbook
{
    private const int NotesPerSheet = 2_000;

    /// <summary>Writes the sheets of the layout that the file holds and the list of problems, which comes first.</summary>
    public static void Write(Stream output, Layout layout, IEnumerable<RawSheet> sheets, IReadOnlyList<IntakeProblem> problems, IntakeTexts words)
    {
        var marked = new List<OutSheet> { ProblemList(problems, words) };
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { marked[0].Name, words["sheet.lists"], words["sheet.instructions"] };
        foreach (var sheet in sheets)
        {
            var rows = sheet.Rows.ToList();
            var layoutSheet = LayoutReader.Recognise(layout, sheet.Name, rows, out var headerRow, out var columns);
            var name = sheet.Name.Length > 0 ? sheet.Name : layoutSheet?.Name ?? "";
            if ((layoutSheet is not null || sheet.Name.Length > 0) && names.Add(name))
            {
                marked.Add(Sheet(layout, layoutSheet, name, rows, headerRow, columns, problems, words));
            }
        }

        marked.Add(BlankWorkbook.Lists(layout, layout.Lists.Keys.ToList(), words));
        WorkbookFile.Write(output, marked);
    }

    private static OutSheet Sheet(
        Layout layout, LayoutSheet? layoutSheet, string name, List<RawRow> rows, int headerRow, IReadOnlyDictionary<string, int> columns,
        IReadOnlyList<IntakeProblem> problems, IntakeTexts words)
    {
        var places = problems.Where(p => p.Place is { Row: > 0 } place && place.Sheet == name).ToLookup(p => p.Place!.Value.Row);
        var byColumn = layoutSheet?.Columns.Where(c => columns.ContainsKey(c.Key)).ToDictionary(c => columns[c.Key]) ?? [];
        var width = Math.Max(rows.Select(r => r.Cells.Count).DefaultIfEmpty(0).Max(), byColumn.Keys.DefaultIfEmpty(1).Max());
        var notes = new SortedDictionary<(int Row, int Column), string>();
        var written = new List<OutRow>();
        foreach (var row in rows)
        {
            var cells = new List<OutCell>();
            for (var c = 1; c <= width; c++)
            {
                var mark = Mark(places[row.Number], row.Number, c, notes);
                if (!row[c].IsEmpty || mark != CellMark.None)
                {
                    cells.Add(row.Number < headerRow && mark == CellMark.None
                        ? new OutCell(c, row[c].Text, CellLook.Title)
                        : Cell(row, c, row.Number == headerRow ? null : byColumn.GetValueOrDefault(c), row.Number == headerRow, mark));
                }
            }

            written.Add(new OutRow(row.Number, cells));
        }

        return new OutSheet(name, written)
        {
            Widths = Enumerable.Range(1, width).Select(c => byColumn.GetValueOrDefault(c)?.Width ?? 14).ToList(),
            FrozenRows = headerRow,
            Merged = rows.Where(r => r.Number < headerRow && !r[1].IsEmpty && r.Cells.Skip(1).All(c => c.IsEmpty) && width > 1)
                .Select(r => $"A{r.Number}:{CellPlace.Letters(width)}{r.Number}").ToList(),
            Validations = layoutSheet is null ? [] : BlankWorkbook.Validations(layout, layoutSheet, headerRow, columns, words),
            Comments = notes.Take(NotesPerSheet).Select(n => (new CellPlace(name, n.Key.Row, n.Key.Column), n.Value)).ToList(),
        };
    }

    // A problem of the whole row marks its first cell.
    private static CellMark Mark(IEnumerable<IntakeProblem> problems, int row, int column, SortedDictionary<(int, int), string> notes)
    {
        var mark = CellMark.None;
        foreach (var problem in problems.Where(p => Math.Max(1, p.Place!.Value.Column) == column))
        {
            mark = problem.Blocks || mark == CellMark.Error ? CellMark.Error : CellMark.Warning;
            var note = problem.Wrong + "\n" + problem.Remedy;
            notes[(row, column)] = notes.TryGetValue((row, column), out var before) ? before + "\n" + note : note;
        }

        return mark;
    }

    private static OutCell Cell(RawRow row, int column, LayoutColumn? layoutColumn, bool header, CellMark mark)
    {
        var cell = row[column];
        var format = header ? (cell.Text.StartsWith('*') ? CellFormatKind.RequiredHeader : CellFormatKind.Header)
            : cell.Kind == RawKind.Percent ? CellFormatKind.Percent
            : layoutColumn is null ? CellFormatKind.General
            : BlankWorkbook.FormatOf(layoutColumn.Type);
        var text = cell.Kind == RawKind.Percent ? Numbers.Exact(cell.Number) : cell.Text;
        return new OutCell(column, text, new CellLook(format, mark), cell.Kind is RawKind.Number or RawKind.Percent && format != CellFormatKind.Text);
    }

    private static OutSheet ProblemList(IReadOnlyList<IntakeProblem> problems, IntakeTexts words)
    {
        string[] heads = ["sheet", "cell", "level", "value", "wrong", "remedy"];
        var title = words["problems.title", [problems.Count.ToString(), problems.Count(p => p.Blocks).ToString()]];
        var rows = new List<OutRow>
        {
            new(1, [new OutCell(1, title, CellLook.Title)], 28),
            new(2, heads.Select((h, i) => new OutCell(i + 1, words["problems.head." + h], CellLook.Header)).ToList()),
        };
        foreach (var p in problems)
        {
            var look = new CellLook(CellFormatKind.General, p.Blocks ? CellMark.Error : CellMark.Warning);
            rows.Add(new OutRow(rows.Count + 1,
            [
                new OutCell(1, p.Place?.Sheet ?? "", CellLook.Plain),
                new OutCell(2, p.Place is { } place ? Where(place) : "", CellLook.Plain),
                new OutCell(3, words[p.Blocks ? "problems.error" : "problems.warning"], look),
                new OutCell(4, CleanText.Of(p.Value, 200), CellLook.Plain),
                new OutCell(5, CleanText.Of(p.Wrong, 1_000), CellLook.Plain),
                new OutCell(6, CleanText.Of(p.Remedy, 1_000), CellLook.Plain),
            ]));
        }

        return new OutSheet(words["sheet.problems"], rows) { Widths = [14, 10, 12, 28, 44, 52], FrozenRows = 2, Merged = ["A1:F1"] };
    }

    private static string Where(CellPlace place) => place switch
    {
        { Reference.Length: > 0 } => place.Reference,
        { Row: > 0 } => place.Row.ToString(),
        _ => "",
    };
}
