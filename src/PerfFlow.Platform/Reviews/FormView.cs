using System.Globalization;
using PerfFlow.Platform.Indicators;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Reviews;

/// <summary>A field as a reader sees it.</summary>
/// <param name="Path">Full path, to which comments refer.</param>
/// <param name="Old">What stood there in the round compared with; null when it is the same or nothing is compared.</param>
public sealed record ShownField(string Path, string Label, string Text, string? Old, FormFieldKind Kind)
{
    public bool Changed => Old is not null;

    /// <summary>The element's id.</summary>
    public string Anchor => FormView.AnchorOf(Path);
}

/// <summary>A row of a table as a reader sees it.</summary>
/// <param name="Mark">a added, m changed, d removed, null unchanged; as <c>DiffMark</c> takes it.</param>
/// <param name="Group">Code of the first-level indicator; empty for a cost row.</param>
public sealed record ShownRow(string Path, string Name, string? Mark, string Group, IReadOnlyDictionary<string, ShownField> Cells)
{
    public string Anchor => FormView.AnchorOf(Path);

    public ShownField this[string field] => Cells[field];
}

/// <summary>One round of a form, ready to be read, compared with an older one where there is one.</summary>
public sealed class FormView
{
    private readonly Dictionary<string, ShownField> scalars;
    private readonly Dictionary<string, IReadOnlyList<ShownRow>> tables;
    private readonly FormDiff? diff;
    private readonly Texts texts;
    private readonly IndicatorFrame frame;
    private GoalFilingForm? goal;

    /// <param name="form">The round that is read.</param>
    /// <param name="older">The round compared with; null = nothing is compared.</param>
    /// <param name="fiscalYear">Of the project: the indicator frame of that year gives the levels their names.</param>
    public FormView(FormContent form, FormContent? older, int fiscalYear, Parameters.RegionParameters parameters, Texts texts)
    {
        (Form, this.texts) = (form, texts);
        frame = IndicatorFrame.For(fiscalYear, parameters);
        diff = older is null ? null : FormDiff.Between(older, form);
        scalars = form.Layout.Fields.ToDictionary(f => f.Path, f => Shown(f, f.Path, form[f.Path]), StringComparer.Ordinal);
        tables = form.Layout.Tables.ToDictionary(t => t.Name, t => (IReadOnlyList<ShownRow>)Rows(t, form.Rows(t.Name), older?.Rows(t.Name) ?? []), StringComparer.Ordinal);
    }

    public FormContent Form { get; }

    /// <summary>The same, typed; only of a goal filing.</summary>
    public GoalFilingForm Goal => goal ??= GoalFiling.Read(Form);

    public int Changed => diff?.Changed ?? 0;

    public int Added => diff?.Added ?? 0;

    public int Removed => diff?.Removed ?? 0;

    /// <summary>The rows of a table, removed ones last.</summary>
    public IReadOnlyList<ShownRow> Table(string name) => tables.GetValueOrDefault(name, []);

    public IReadOnlyList<ShownRow> Costs => Table("costs");

    public IReadOnlyList<ShownRow> Indicators => Table("indicators");

    /// <summary>The field that stands once on the form.</summary>
    public ShownField this[string path] => scalars[path];

    public bool AnyChanged(params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (scalars[path].Changed)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Indicator rows under their first-level indicator in the order of the frame; rows without one come last.</summary>
    public IReadOnlyList<(string Name, decimal Weight, decimal Full, IReadOnlyList<ShownRow> Rows)> Groups
    {
        get
        {
            var groups = new List<(string, decimal, decimal, IReadOnlyList<ShownRow>)>();
            foreach (var level in frame.Levels)
            {
                Add(level.Code, level.Name, level.Weight);
            }

            foreach (var rest in Indicators.Select(r => r.Group).Distinct(StringComparer.Ordinal).Where(g => frame.Levels.All(l => l.Code != g)))
            {
                Add(rest, Show.Nothing, 0);
            }

            return groups;

            void Add(string code, string name, decimal full)
            {
                var rows = Indicators.Where(r => r.Group == code).ToList();
                if (rows.Count > 0)
                {
                    groups.Add((name, Form.Rows("indicators").Where(i => i["level1"] == code).Sum(i => i.Number("weight") ?? 0), full, rows));
                }
            }
        }
    }

    /// <summary>The words for a place that a comment or a finding names: the field, or the row with its name.</summary>
    public string PlaceName(string place)
    {
        if (place.Length == 0)
        {
            return texts["reviews.place.form"];
        }

        if (scalars.TryGetValue(place, out var field))
        {
            return field.Label;
        }

        if (tables.Values.SelectMany(t => t).FirstOrDefault(r => place == r.Path || place.StartsWith(r.Path + ".", StringComparison.Ordinal)) is { } row)
        {
            var name = row.Name.Length == 0 ? texts["reviews.place.row"] : row.Name;
            return place == row.Path ? name : texts["reviews.place.cell", name, row.Cells.GetValueOrDefault(place[(row.Path.Length + 1)..])?.Label ?? ""];
        }

        return texts.Has($"fields.{place}") ? texts[$"fields.{place}"] : texts.Has($"attachments.{place}") ? texts[$"attachments.{place}"] : texts["reviews.place.gone"];
    }

    /// <summary>Every place a comment may be put on: the fields, the tables, their rows.</summary>
    public IReadOnlyList<(string Place, string Name)> Places =>
    [
        ("", PlaceName("")),
        .. Form.Layout.Fields.Select(f => (f.Path, PlaceName(f.Path))),
        .. Form.Layout.Tables.SelectMany(t => Table(t.Name).Where(r => r.Mark != "d")
            .Select(r => (r.Path, texts["reviews.place.cell", PlaceName(t.Name), r.Name])).Prepend((t.Name, PlaceName(t.Name)))),
    ];

    /// <summary>p-indicators-3-value: brackets and points have no place in an id.</summary>
    public static string AnchorOf(string path) => "p-" + path.Replace('[', '-').Replace("]", "", StringComparison.Ordinal).Replace('.', '-');

    private List<ShownRow> Rows(TableSpec table, IReadOnlyList<FormRow> rows, IReadOnlyList<FormRow> older)
    {
        var shown = rows.Select(row => Row(row, diff?.Rows.FirstOrDefault(c => c.Path == $"{table.Name}[{row.Id}]")?.Kind)).ToList();
        shown.AddRange(older.Where(o => rows.All(r => r.Id != o.Id)).Select(o => Row(o, RowChangeKind.Removed)));
        return shown;

        ShownRow Row(FormRow row, RowChangeKind? kind)
        {
            var path = $"{table.Name}[{row.Id}]";
            var cells = table.Columns.ToDictionary(
                c => c.Path,
                c => Shown(c, $"{path}.{c.Path}", row[c.Path]) is var cell && kind == RowChangeKind.Changed ? cell : cell with { Old = null },
                StringComparer.Ordinal);
            return new ShownRow(path, row[table.NameColumn], kind switch { RowChangeKind.Added => "a", RowChangeKind.Changed => "m", RowChangeKind.Removed => "d", _ => null }, row["level1"], cells);
        }
    }

    private ShownField Shown(FieldSpec field, string path, string text)
    {
        var change = diff?.At(path);
        return new ShownField(path, texts[field.LabelKey], Words(field, text), change is null ? null : Words(field, change.Old), field.Kind);
    }

    private string Words(FieldSpec field, string text) => field switch
    {
        _ when text.Length == 0 => "",
        { Path: "unitPrice" } when Number(text) is { } price => Show.Count(price),
        { Kind: FormFieldKind.Money } when Number(text) is { } money => Show.Money(money),
        { Kind: FormFieldKind.Score } when Number(text) is { } points => Show.Score(points),
        { Kind: FormFieldKind.Number } when Number(text) is { } number => Show.Count(number),
        { Kind: FormFieldKind.Flag } => texts["submissions.yes"],
        { Path: "level1" } => frame.Levels.FirstOrDefault(l => l.Code == text)?.Name ?? text,
        { Path: "level2" } => Level2Name(text),
        { Path: "value" } when Number(text) is { } value && text.Length < 12 => Show.Count(value),
        { Multiple: true } => FilingWords.Value(texts, field.LabelKey, field.Kind, text),
        { Kind: FormFieldKind.Choice } when texts.Has($"{field.LabelKey}.{text}") => texts[$"{field.LabelKey}.{text}"],
        _ => text,
    };

    // 数量指标 stands under 产出指标: the suffix says nothing in a column of its own.
    private string Level2Name(string code) => frame.Levels.SelectMany(l => l.Children).FirstOrDefault(c => c.Code == code)?.Name.Replace("指标", "", StringComparison.Ordinal) ?? code;

    private static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value : null;
}
