using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Appraisals;

/// <summary>What the forms of evaluations have in common.</summary>
public static class AppraisalFields
{
    /// <summary>The table from which a rectification begins: what was found, and what is demanded.</summary>
    public const string Problems = "problems";

    private static readonly string[] Known = ["fiscalYear", "project.code", "project.name", "department.name", "unit.name"];

    /// <summary>Year, project, department and unit, from the library.</summary>
    public static FormSection Facts { get; } = new("facts") { Fields = [.. Known.Select(p => GoalFiling.Instance.Layout.Field(p)!.AsFact())] };

    /// <summary>Who filled it in; <paramref name="headed"/> where the head of a unit or department answers for it.</summary>
    public static FormSection Filler(string key, bool headed) => new(key)
    {
        Fields = [.. GoalFiling.Instance.Layout.Sections[^1].Fields.Where(f => headed || f.Path is "filler" or "filedOn")],
    };

    /// <summary>Rows of text and required measure; may stay empty.</summary>
    public static TableSpec ProblemTable { get; } = new(
        Problems,
        new FieldSpec("text", FormFieldKind.LongText, true) { MaxLength = 500 },
        new FieldSpec("demand", FormFieldKind.LongText, true) { MaxLength = 500 })
    {
        NameColumn = "text",
        Optional = true,
    };

    internal static FieldSpec Long(string path, bool required = true) => new(path, FormFieldKind.LongText, required);

    internal static FieldSpec Line(string path, bool required = true) => new(path, FormFieldKind.Text, required);

    internal static FieldSpec Amount(string path, bool required = true) => new(path, FormFieldKind.Money, required);

    internal static FieldSpec Points(string path) => new(path, FormFieldKind.Score, false) { Fact = true };

    internal static FieldSpec Words(string path) => new(path, FormFieldKind.Text, false) { Fact = true };

    internal static FieldSpec OneOf(string path, bool required, params IReadOnlyList<string> choices) => new(path, FormFieldKind.Choice, required) { Choices = choices };

    /// <summary>With texts of another form under the same paths.</summary>
    internal static FormContent Copy(this FormContent to, FormContent? from, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            to = from is null ? to : to.With(path, from[path]);
        }

        return to;
    }

    /// <summary>A row of a table.</summary>
    internal static FormRow Row(string id, params ReadOnlySpan<(string Column, string Text)> cells)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (column, text) in cells)
        {
            if (text.Length > 0)
            {
                texts[column] = text;
            }
        }

        return new FormRow(id, texts);
    }
}
