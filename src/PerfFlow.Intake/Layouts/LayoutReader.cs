using System.Text.RegularExpressions;
using PerfFlow.Intake.Documents;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Intake.Layouts;

/// <summary>A layout error: where, what stands there, which sentence. The sentence itself is made where the language is known.</summary>
internal sealed record LayoutFault(CellPlace? Place, string Value, string Code, IReadOnlyList<string> Args, bool Blocks);

/// <summary>What a layout made of a file.</summary>
internal sealed record LayoutReading(ParsedDocument Document, IReadOnlyList<LayoutFault> Faults, int FaultCount);

/// <summary>
/// Finds the sheets of a layout in a file and types their rows. Knows nothing of what the values mean: whether the
/// project exists or the sums agree is checked by the Platform.
/// </summary>
internal sealed partial class LayoutReader(Layout layout)
{
    private const int FaultsKept = 500;
    private const int RowsBeforeHeader = 15;
    private readonly CellRules _rules = new(layout);
    private readonly List<LayoutFault> _faults = [];
    private readonly List<ParsedSheet> _found = [];
    private int _faultCount;

    /// <summary>Reads all sheets; refuses a file in which no sheet of the layout is to be found.</summary>
    public static LayoutReading Read(Layout layout, IEnumerable<RawSheet> sheets) => new LayoutReader(layout).Run(sheets);

    private LayoutReading Run(IEnumerable<RawSheet> sheets)
    {
        var single = false;
        foreach (var sheet in sheets)
        {
            single |= sheet.Name.Length == 0;
            ReadSheet(sheet);
        }

        if (_found.Count == 0)
        {
            throw new DocumentRefusedException("doc.no_sheet", string.Join('、', layout.Sheets.Select(s => s.Name)));
        }

        foreach (var missing in layout.Sheets.Where(s => !single && !s.Optional && _found.TrueForAll(f => f.Code != s.Code)))
        {
            Fault(new CellPlace(missing.Name, 0, 0), "", "layout.sheet_missing", true, missing.Name);
        }

        if (_found.TrueForAll(f => f.Rows.Count == 0))
        {
            throw new DocumentRefusedException("doc.no_rows");
        }

        return new LayoutReading(new ParsedDocument(layout.Code, layout.Version, _found), _faults, _faultCount);
    }

    private void ReadSheet(RawSheet raw)
    {
        var named = layout.Sheets.FirstOrDefault(s => CellRules.Half(s.Name) == CellRules.Half(raw.Name));
        SheetBuilder? builder = null;
        var factor = 1m;
        var before = 0;
        foreach (var row in raw.Rows)
        {
            if (builder is not null)
            {
                builder.Add(row);
                continue;
            }

            builder = Header(row, named, raw.Name, factor);
            factor = DeclaredUnit(row) ?? factor;
            if (builder is null && ++before >= RowsBeforeHeader)
            {
                break;
            }
        }

        if (builder is not null)
        {
            _found.Add(builder.Finish());
        }
        else if (named is not null)
        {
            Fault(new CellPlace(raw.Name, 0, 0), "", "layout.header_missing", true, raw.Name, string.Join('、', named.Columns.Where(c => c.Required).Select(c => c.Title)));
        }
    }

    /// <summary>Which sheet of the layout these rows are, where its header is and which columns it has; null when none.</summary>
    public static LayoutSheet? Recognise(
        Layout layout, string name, IEnumerable<RawRow> rows, out int headerRow, out IReadOnlyDictionary<string, int> columns)
    {
        var named = layout.Sheets.FirstOrDefault(s => CellRules.Half(s.Name) == CellRules.Half(name));
        foreach (var row in rows.Take(RowsBeforeHeader))
        {
            if (Match(named is null ? layout.Sheets : [named], row) is { } sheet)
            {
                headerRow = row.Number;
                columns = Enumerable.Range(1, row.Cells.Count)
                    .Select(i => (Column: sheet.Columns.FirstOrDefault(c => Title(c.Title) == Title(row[i].Text)), At: i))
                    .Where(c => c.Column is not null)
                    .DistinctBy(c => c.Column!.Key)
                    .ToDictionary(c => c.Column!.Key, c => c.At, StringComparer.Ordinal);
                return sheet;
            }
        }

        headerRow = 0;
        columns = new Dictionary<string, int>(StringComparer.Ordinal);
        return null;
    }

    private SheetBuilder? Header(RawRow row, LayoutSheet? named, string rawName, decimal factor)
    {
        var sheet = Match(layout.Sheets.Where(s => (named is null || s == named) && _found.TrueForAll(f => f.Code != s.Code)), row);
        return sheet is null ? null : new SheetBuilder(this, sheet, rawName.Length > 0 ? rawName : sheet.Name, row, factor);
    }

    // A row is the header of the sheet of which it names most required columns, and at least half of them. One name alone
    // stands in the instructions too.
    private static LayoutSheet? Match(IEnumerable<LayoutSheet> candidates, RawRow row)
    {
        var titles = row.Cells.Select(c => Title(c.Text)).Where(t => t.Length > 0).ToHashSet(StringComparer.Ordinal);
        return candidates
            .Select(s => (Sheet: s, Required: s.Columns.Count(c => c.Required), Named: s.Columns.Count(c => c.Required && titles.Contains(Title(c.Title)))))
            .Where(c => c.Named * 2 >= c.Required && c.Sheet.Columns.Count(k => titles.Contains(Title(k.Title))) >= Math.Min(2, c.Sheet.Columns.Count))
            .OrderByDescending(c => (double)c.Named / c.Required)
            .FirstOrDefault().Sheet;
    }

    /// <summary>A header cell without star, blanks and what stands in brackets.</summary>
    internal static string Title(string text) => Brackets().Replace(CellRules.Half(text).TrimStart('*').TrimEnd('*', ':'), "");

    private static decimal? DeclaredUnit(RawRow row)
    {
        foreach (var cell in row.Cells)
        {
            if (MoneyUnit().Match(cell.Text) is { Success: true } match)
            {
                return Factor(match.Groups["unit"].Value);
            }
        }

        return null;
    }

    private static decimal Factor(string unit) => unit switch { "元" => 0.0001m, "亿元" => 10_000m, _ => 1m };

    private void Fault(CellPlace place, string value, string code, bool blocks, params string[] args)
    {
        _faultCount++;
        if (_faults.Count < FaultsKept)
        {
            _faults.Add(new LayoutFault(place, value.Length <= 100 ? value : value[..100] + "…", code, args, blocks));
        }
    }

    [GeneratedRegex(@"\([^()]*\)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Brackets();

    [GeneratedRegex(@"(^|[^\p{L}]|金额|货币)单位\s*[:：]\s*(?<unit>万元|亿元|元)(?!\p{L})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MoneyUnit();

    [GeneratedRegex(@"^(注|说明|备注|填表|填报说明|合计|总计|小计|总合计)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NoteOrSum();

    /// <summary>Collects the rows under one header.</summary>
    private sealed class SheetBuilder
    {
        private readonly LayoutReader _reader;
        private readonly LayoutSheet _sheet;
        private readonly string _name;
        private readonly int _headerRow;
        private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
        private readonly Dictionary<string, decimal> _factors = new(StringComparer.Ordinal);
        private readonly List<ParsedRow> _rows = [];
        private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);
        private readonly bool _columnMissing;

        public SheetBuilder(LayoutReader reader, LayoutSheet sheet, string name, RawRow header, decimal factor)
        {
            (_reader, _sheet, _name, _headerRow) = (reader, sheet, name, header.Number);
            var byTitle = sheet.Columns.ToDictionary(c => Title(c.Title), StringComparer.Ordinal);
            for (var i = 1; i <= header.Cells.Count; i++)
            {
                var text = header[i].Text;
                if (text.Length == 0)
                {
                    continue;
                }

                var place = new CellPlace(name, header.Number, i);
                if (!byTitle.TryGetValue(Title(text), out var column))
                {
                    reader.Fault(place, text, "layout.column_unknown", false, text);
                }
                else if (!_columns.TryAdd(column.Key, i))
                {
                    reader.Fault(place, text, "layout.column_twice", true, column.Title);
                }
                else
                {
                    var half = CellRules.Half(text);
                    _factors[column.Key] = half.Contains("(元)", StringComparison.Ordinal) ? 0.0001m
                        : half.Contains("(亿元)", StringComparison.Ordinal) ? 10_000m
                        : half.Contains("(万元)", StringComparison.Ordinal) ? 1m
                        : factor;
                }
            }

            foreach (var column in sheet.Columns.Where(c => c.Required && !_columns.ContainsKey(c.Key)))
            {
                _columnMissing = true;
                reader.Fault(new CellPlace(name, header.Number, 0), "", "layout.column_missing", true, column.Title);
            }
        }

        public void Add(RawRow row)
        {
            var filled = _columns.Values.Count(c => !row[c].IsEmpty);
            if (filled == 0 || (filled <= 2 && NoteOrSum().IsMatch(row.Cells.First(c => !c.IsEmpty).Text))
                || NoteOrSum().Match(row[1].Text) is { Success: true, Value: "合计" or "总计" or "小计" or "总合计" })
            {
                return;
            }

            var good = !_columnMissing;
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var column in _sheet.Columns)
            {
                if (_columns.TryGetValue(column.Key, out var at))
                {
                    good &= ReadCell(row, column, at, values);
                }
            }

            SplitPercent(values);
            good &= IsFirst(row, values);
            _rows.Add(new ParsedRow(row.Number, good, values));
        }

        public ParsedSheet Finish() => new(_sheet.Code, _name, _headerRow, _columns, _rows);

        private bool ReadCell(RawRow row, LayoutColumn column, int at, Dictionary<string, string> values)
        {
            var reading = _reader._rules.Read(column, row[at], _factors[column.Key]);
            var place = new CellPlace(_name, row.Number, at);
            if (reading.Fault is { } fault)
            {
                _reader.Fault(place, row[at].Text, fault, true, reading.Args);
                return false;
            }

            if (reading.Value is { } value)
            {
                values[column.Key] = value;
                return true;
            }

            if (column.Required)
            {
                _reader.Fault(place, "", "layout.required", true, column.Title);
            }

            return !column.Required;
        }

        // 95% in one cell and 95 beside a unit of % are the same: the second form is handed on.
        private void SplitPercent(Dictionary<string, string> values)
        {
            foreach (var column in _sheet.Columns.Where(c => c.Unit is not null))
            {
                if (values.TryGetValue(column.Key, out var value) && value.EndsWith('%')
                    && (!values.TryGetValue(column.Unit!, out var unit) || unit is "%" or "％") && decimal.TryParse(value[..^1], out _))
                {
                    values[column.Key] = value[..^1];
                    values[column.Unit!] = "%";
                }
            }
        }

        private bool IsFirst(RawRow row, Dictionary<string, string> values)
        {
            if (_sheet.Key.Count == 0 || !_sheet.Key.All(values.ContainsKey))
            {
                return true;
            }

            var key = string.Join('|', _sheet.Key.Select(k => values[k]));
            if (_keys.TryAdd(key, row.Number))
            {
                return true;
            }

            var column = _sheet.Key[^1];
            _reader.Fault(new CellPlace(_name, row.Number, _columns[column]), values[column], "layout.repeated", true,
                string.Join('、', _sheet.Key.Select(k => _sheet.Columns.First(c => c.Key == k).Title)), _keys[key].ToString());
            return false;
        }
    }
}
