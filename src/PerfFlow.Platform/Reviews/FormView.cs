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

/// <summary>One round of the form, ready to be read, compared with an older one where there is one.</summary>
public sealed class FormView
{
    private readonly Dictionary<string, ShownField> scalars;
    private readonly FormDiff? diff;
    private readonly Texts texts;
    private readonly IndicatorFrame frame;

    /// <param name="form">The round that is read.</param>
    /// <param name="older">The round compared with; null = nothing is compared.</param>
    public FormView(GoalFilingForm form, GoalFilingForm? older, Parameters.RegionParameters parameters, Texts texts)
    {
        (Form, this.texts) = (form, texts);
        frame = IndicatorFrame.For(form.FiscalYear ?? 0, parameters);
        diff = older is null ? null : FormDiff.Between(older, form);
        scalars = GoalFilingFields.Scalars.ToDictionary(f => f.Path, f => Shown(f, f.Path, form, form), StringComparer.Ordinal);
        Costs = Rows(GoalFilingFields.Cost, "costs", r => r.Id, r => r.Item, _ => "", form.Costs, older?.Costs ?? [], diff?.Costs ?? []);
        Indicators = Rows(GoalFilingFields.Indicator, "indicators", r => r.Id, r => r.Name, r => r.Level1 ?? "", form.Indicators, older?.Indicators ?? [], diff?.Indicators ?? []);
    }

    public GoalFilingForm Form { get; }

    public int Changed => diff?.Changed ?? 0;

    public int Added => diff?.Added ?? 0;

    public int Removed => diff?.Removed ?? 0;

    public IReadOnlyList<ShownRow> Costs { get; }

    public IReadOnlyList<ShownRow> Indicators { get; }

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
                    groups.Add((name, Form.Indicators.Where(i => (i.Level1 ?? "") == code).Sum(i => i.Weight ?? 0), full, rows));
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

        if (Costs.Concat(Indicators).FirstOrDefault(r => place == r.Path || place.StartsWith(r.Path + ".", StringComparison.Ordinal)) is { } row)
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
        .. GoalFilingFields.Scalars.Select(f => (f.Path, PlaceName(f.Path))),
        ("costs", PlaceName("costs")),
        .. Costs.Where(r => r.Mark != "d").Select(r => (r.Path, texts["reviews.place.cell", PlaceName("costs"), r.Name])),
        ("indicators", PlaceName("indicators")),
        .. Indicators.Where(r => r.Mark != "d").Select(r => (r.Path, texts["reviews.place.cell", PlaceName("indicators"), r.Name])),
    ];

    /// <summary>p-indicators-3-value: brackets and points have no place in an id.</summary>
    public static string AnchorOf(string path) => "p-" + path.Replace('[', '-').Replace("]", "", StringComparison.Ordinal).Replace('.', '-');

    private List<ShownRow> Rows<T>(
        IReadOnlyList<FormField<T>> fields, string table, Func<T, string> id, Func<T, string> name, Func<T, string> group, IReadOnlyList<T> rows, IReadOnlyList<T> older, IReadOnlyList<RowChange> changes)
        where T : class
    {
        var shown = rows.Select(row => Row(row, changes.FirstOrDefault(c => c.Path == $"{table}[{id(row)}]")?.Kind)).ToList();
        shown.AddRange(older.Where(o => rows.All(r => id(r) != id(o)) && changes.Count > 0).Select(o => Row(o, RowChangeKind.Removed)));
        return shown;

        ShownRow Row(T row, RowChangeKind? kind)
        {
            var path = $"{table}[{id(row)}]";
            var cells = fields.ToDictionary(
                f => f.Path,
                f => Shown(f, $"{path}.{f.Path}", row, Form) is var cell && kind == RowChangeKind.Changed ? cell : cell with { Old = null },
                StringComparer.Ordinal);
            return new ShownRow(path, name(row), kind switch { RowChangeKind.Added => "a", RowChangeKind.Changed => "m", RowChangeKind.Removed => "d", _ => null }, group(row), cells);
        }
    }

    private ShownField Shown<T>(FormField<T> field, string path, T from, GoalFilingForm form)
        where T : class
    {
        var change = diff?.At(path);
        var text = form.Unread.GetValueOrDefault(path) ?? field.Text(from);
        return new ShownField(path, texts[field.LabelKey], Words(field, text), change is null ? null : Words(field, change.Old), field.Kind);
    }

    private string Words<T>(FormField<T> field, string text)
        where T : class => field switch
        {
            _ when text.Length == 0 => "",
            { Path: "unitPrice" } when Number(text) is { } price => Show.Count(price),
            { Kind: FormFieldKind.Money } when Number(text) is { } money => Show.Money(money),
            { Kind: FormFieldKind.Number } when Number(text) is { } number => Show.Count(number),
            { Path: "level1" } => frame.Levels.FirstOrDefault(l => l.Code == text)?.Name ?? text,
            { Path: "level2" } => Level2Name(text),
            { Path: "value" } when Number(text) is { } value && text.Length < 12 => Show.Count(value),
            { Kind: FormFieldKind.Choice } when texts.Has($"{field.LabelKey}.{text}") => texts[$"{field.LabelKey}.{text}"],
            _ => text,
        };

    // 数量指标 stands under 产出指标: the suffix says nothing in a column of its own.
    private string Level2Name(string code) => frame.Levels.SelectMany(l => l.Children).FirstOrDefault(c => c.Code == code)?.Name.Replace("指标", "", StringComparison.Ordinal) ?? code;

    private static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value : null;
}
