namespace PerfFlow.Platform.Submissions;

/// <summary>
/// One field of a form, or one column of its tables: its path, how it is typed, whether it must be filled. Pages, import,
/// checks, differences and canonical bytes all walk these; a field is described nowhere else.
/// </summary>
/// <param name="Path">Within the form, or within the row.</param>
/// <param name="Kind">How it is typed.</param>
/// <param name="Required">Empty means WZ01.</param>
public sealed record FieldSpec(string Path, FormFieldKind Kind, bool Required)
{
    /// <summary>Key of the label's text; <c>fields.&lt;path&gt;</c>, for a column <c>fields.&lt;table&gt;.&lt;column&gt;</c>.</summary>
    public string LabelKey { get; init; } = $"fields.{Path}";

    /// <summary>Longest text that can be submitted, in characters (SJ03).</summary>
    public int MaxLength { get; init; } = Kind == FormFieldKind.LongText ? 2000 : 180;

    /// <summary>Codes a choice may take, in the order shown; the text of each is <c>&lt;LabelKey&gt;.&lt;code&gt;</c>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Set by the platform: shown, never typed; what is sent for it is ignored.</summary>
    public bool Fact { get; init; }

    /// <summary>What the platform knows of it stands; where it knows nothing, it is typed.</summary>
    public bool Seeded { get; init; }

    /// <summary>Several of its choices may be ticked; their codes stand in the order of <see cref="Choices"/>, parted by semicolons.</summary>
    public bool Multiple { get; init; }

    /// <summary>In rows for which it gives words, one of those is chosen instead of typing.</summary>
    public Func<FormRow, IReadOnlyList<string>>? RowChoices { get; init; }

    /// <summary>In rows for which this holds the platform computes the cell, in the others it is typed.</summary>
    public Func<FormRow, bool>? ComputedIn { get; init; }

    /// <summary>Canonical text of what was typed, or null when it is no value of the field.</summary>
    public Func<string, string?>? Reads { get; init; }

    /// <summary>Fact or typed.</summary>
    public FieldSpec AsFact() => this with { Fact = true, Required = false };

    /// <summary>Figures stand at the right.</summary>
    public bool IsFigure => Kind is FormFieldKind.Money or FormFieldKind.Number or FormFieldKind.Score;

    internal string? Read(string text) => Reads is { } reads ? reads(text) : Kind switch
    {
        FormFieldKind.Money or FormFieldKind.Number or FormFieldKind.Score => FormValue.Decimal(text.TrimEnd('%', '％')) is { } number ? FormValue.Write(number) : null,
        FormFieldKind.Year => FormValue.Year(text) is { } year ? FormValue.Write(year) : null,
        FormFieldKind.Date => FormValue.Date(text) is { } date ? FormValue.Write(date) : null,
        FormFieldKind.Flag => text switch { "true" or "是" or "1" or "on" => "true", "false" or "否" or "0" => "", _ => null },
        FormFieldKind.Choice => Choices.Contains(text) ? text : null,
        _ => text,
    };
}

/// <summary>A table of a form.</summary>
/// <param name="Name">First part of its paths: <c>indicators[3].value</c>.</param>
/// <param name="Columns">What a row holds.</param>
public sealed record TableSpec(string Name, params IReadOnlyList<FieldSpec> Columns)
{
    /// <summary>In the order shown; the label of a column is <c>fields.&lt;table&gt;.&lt;column&gt;</c> unless it names another.</summary>
    public IReadOnlyList<FieldSpec> Columns { get; } = [.. Columns.Select(c => c.LabelKey == $"fields.{c.Path}" ? c with { LabelKey = $"fields.{Name}.{c.Path}" } : c)];

    /// <summary>The column by which a row is called.</summary>
    public string NameColumn { get; init; } = "name";

    /// <summary>Its rows come from the platform: none is added, removed or renamed by the filler.</summary>
    public bool Fixed { get; init; }

    /// <summary>Rows that the platform knows stay as they are in their fact columns; the filler may add others, in which those are typed.</summary>
    public bool Seeded { get; init; }

    /// <summary>With <see cref="Seeded"/>: rows that the platform knows are all; only where it knows none, the filler types them.</summary>
    public bool Closed { get; init; }

    /// <summary>Whether the filler may add rows beside those that the platform knows.</summary>
    public bool TakesRows(FormContent known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return !Fixed && !(Closed && known.Rows(Name).Count > 0);
    }

    /// <summary>Each row stands as a card of its own: more columns than a line can hold.</summary>
    public bool Cards { get; init; }

    /// <summary>May stay empty.</summary>
    public bool Optional { get; init; }

    /// <summary>Columns that are read together as what the row is about; they share the first cell, the name on top.</summary>
    public IReadOnlyList<string> Head { get; init; } = [];

    /// <summary>Columns of words that share the last cell, each under its label.</summary>
    public IReadOnlyList<string> Tail { get; init; } = [];

    public IEnumerable<FieldSpec> HeadColumns => Columns.Where(c => Head.Contains(c.Path));

    /// <summary>Columns with a cell of their own.</summary>
    public IEnumerable<FieldSpec> OwnColumns => Columns.Where(c => !Head.Contains(c.Path) && !Tail.Contains(c.Path));

    public IEnumerable<FieldSpec> TailColumns => Columns.Where(c => Tail.Contains(c.Path));

    /// <summary>Columns whose sum stands below the table.</summary>
    public IReadOnlyList<string> Sums { get; init; } = [];

    public FieldSpec? Column(string path) => Columns.FirstOrDefault(c => c.Path == path);
}

/// <summary>A numbered part of the printed form; the title is <c>submissions.section.&lt;key&gt;</c>.</summary>
/// <param name="Key">Also the anchor: <c>#s-&lt;key&gt;</c>.</param>
public sealed record FormSection(string Key)
{
    public IReadOnlyList<FieldSpec> Fields { get; init; } = [];

    public IReadOnlyList<TableSpec> Tables { get; init; } = [];

    /// <summary>Attachments stand here.</summary>
    public bool Files { get; init; }

    /// <summary>Where a field, row or table stands.</summary>
    internal bool Holds(string place) =>
        (Files && place == "attachments") || Fields.Any(f => f.Path == place)
        || Tables.Any(t => place.StartsWith(t.Name, StringComparison.Ordinal) && (place.Length == t.Name.Length || place[t.Name.Length] is '.' or '['));
}

/// <summary>What stands on a form, in the order of the printed one.</summary>
/// <param name="Code">As a step of a definition names it.</param>
/// <param name="Sections">In the order of the paper.</param>
public sealed record FormLayout(string Code, params IReadOnlyList<FormSection> Sections)
{
    /// <summary>Name and version, the first member of the canonical JSON.</summary>
    public string Version { get; init; } = $"{Code}/1";

    /// <summary>The field that lists show as the amount, 万元; null where there is none.</summary>
    public string? AmountPath { get; init; }

    /// <summary>What that amount is called: as its field, unless the form has a word of its own for it.</summary>
    public string AmountLabel { get => amountLabel ?? Field(AmountPath ?? "")?.LabelKey ?? "submissions.amount"; init => amountLabel = value; }

    private readonly string? amountLabel;

    public IReadOnlyList<FieldSpec> Fields => fields ??= [.. Sections.SelectMany(s => s.Fields)];

    public IReadOnlyList<TableSpec> Tables => tables ??= [.. Sections.SelectMany(s => s.Tables)];

    private IReadOnlyList<FieldSpec>? fields;
    private IReadOnlyList<TableSpec>? tables;

    public FieldSpec? Field(string path) => Fields.FirstOrDefault(f => f.Path == path);

    /// <summary>The field of a path, or the column of a cell's path.</summary>
    public FieldSpec? At(string path) => path.IndexOf('[', StringComparison.Ordinal) is var open and > 0
        ? Table(path[..open])?.Column(path[(path.LastIndexOf('.') + 1)..])
        : Field(path);

    public TableSpec? Table(string name) => Tables.FirstOrDefault(t => t.Name == name);

    /// <summary>What concerns the form as a whole is shown with its first section.</summary>
    public FormSection SectionOf(string place) => Sections.FirstOrDefault(s => s.Holds(place)) ?? Sections[0];

    // Records compare members; a layout is itself.
    public bool Equals(FormLayout? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Code.GetHashCode(StringComparison.Ordinal);
}
