using PerfFlow.Platform.Parameters;

namespace PerfFlow.Platform.Submissions;

/// <summary>A row of a form's table of checks.</summary>
public sealed class FormRule
{
    internal FormRule(string code, FindingLevel level, Func<FormCheck, IEnumerable<Hit>>? find)
    {
        (Code, Level, Find) = (code, level, find);
    }

    public string Code { get; }

    /// <summary>Unless a parameter says otherwise.</summary>
    public FindingLevel Level { get; }

    /// <summary>Key of the name shown in lists of reasons.</summary>
    public string NameKey => $"checks.{Code}.name";

    /// <summary>Null for what only a person can say.</summary>
    internal Func<FormCheck, IEnumerable<Hit>>? Find { get; }
}

/// <summary>What one check of a form is given.</summary>
/// <param name="Form">As typed, with everything computed.</param>
/// <param name="Filing">The case: project, unit, parameters, earlier rounds.</param>
/// <param name="Kind">The form.</param>
/// <param name="Known">What the form's own rules asked for.</param>
public sealed record FormCheck(FormContent Form, FilingCase Filing, FilingKind Kind, object? Known)
{
    public RegionParameters Parameters => Filing.Parameters;

    /// <summary>Rows of a table that hold anything.</summary>
    public IEnumerable<FormRow> Rows(string table) => Form.Rows(table);
}

/// <summary>Checks that every form has, and the one way to run a table of them.</summary>
public static class FormRules
{
    private const int ShortestExplanation = 5;

    /// <summary>WZ01 required fields and files, SJ03 unreadable or too long texts.</summary>
    public static IReadOnlyList<FormRule> Common { get; } =
    [
        new("WZ01", FindingLevel.Error, RequiredFields),
        new("SJ03", FindingLevel.Error, Readable),
    ];

    /// <summary>Runs every check that is on. Pure: the same form, case and parameters give the same report.</summary>
    internal static CheckReport Run(IReadOnlyList<FormRule> rules, string ruleSet, FormCheck check)
    {
        var findings = new List<Finding>();
        var (ran, passed) = (0, 0);
        foreach (var rule in rules)
        {
            var level = GoalFilingChecks.LevelOf(rule.Code, rule.Level, check.Parameters);
            if (rule.Find is null || level is FindingLevel.Off or FindingLevel.Human)
            {
                continue;
            }

            ran++;
            var before = findings.Count;
            findings.AddRange(rule.Find(check).Select(hit => Explained(new Finding(rule.Code, level, hit.Place, hit.Args) { Variant = hit.Variant, OtherUnit = hit.OtherUnit }, check.Form.Explanations)));
            passed += findings.Count == before ? 1 : 0;
        }

        return new CheckReport(ruleSet, findings, ran, passed);
    }

    /// <summary>The finding with the unit's 说明, where one of some length was given to it or to all of its check.</summary>
    internal static Finding Explained(Finding finding, IReadOnlyDictionary<string, string> explanations)
    {
        var text = explanations.GetValueOrDefault(finding.Key) ?? explanations.GetValueOrDefault(finding.Code);
        return text?.Length >= ShortestExplanation ? finding with { Explanation = text } : finding;
    }

    private static IEnumerable<Hit> RequiredFields(FormCheck check)
    {
        foreach (var field in check.Kind.Layout.Fields.Where(f => f.Required && check.Form[f.Path].Length == 0))
        {
            yield return new Hit(field.Path, "@" + field.LabelKey);
        }

        foreach (var table in check.Kind.Layout.Tables)
        {
            if (check.Form.Rows(table.Name).Count == 0 && !table.Optional)
            {
                yield return new Hit(table.Name, $"@fields.{table.Name}");
            }

            foreach (var row in check.Form.Rows(table.Name))
            {
                foreach (var column in table.Columns.Where(c => c.Required && row[c.Path].Length == 0))
                {
                    yield return new Hit($"{table.Name}[{row.Id}].{column.Path}", $"@fields.{table.Name}", NumberOf(check.Form, table.Name, row.Id), "@" + column.LabelKey) { Variant = "row" };
                }
            }
        }

        foreach (var kind in check.Kind.RequiredAttachments.Where(kind => check.Form.Attachments.All(a => a.Kind != kind)))
        {
            yield return new Hit("attachments", $"@attachments.{kind}") { Variant = "attachment" };
        }
    }

    private static IEnumerable<Hit> Readable(FormCheck check)
    {
        foreach (var (path, text) in check.Form.Unread.OrderBy(u => u.Key, StringComparer.Ordinal))
        {
            var table = check.Kind.Layout.Tables.FirstOrDefault(t => path.StartsWith(t.Name + "[", StringComparison.Ordinal));
            var label = table?.Column(path[(path.LastIndexOf('.') + 1)..])?.LabelKey ?? check.Kind.Layout.Field(path)?.LabelKey;
            yield return table is null
                ? new Hit(path, label is null ? path : "@" + label, text)
                : new Hit(path, label is null ? path : "@" + label, text, NumberOf(check.Form, table.Name, path[(table.Name.Length + 1)..path.IndexOf(']', StringComparison.Ordinal)])) { Variant = "row" };
        }

        foreach (var field in check.Kind.Layout.Fields.Where(f => check.Form[f.Path].Length > f.MaxLength))
        {
            yield return new Hit(field.Path, "@" + field.LabelKey, FormValue.Write(field.MaxLength)) { Variant = "length" };
        }

        foreach (var table in check.Kind.Layout.Tables)
        {
            foreach (var row in check.Form.Rows(table.Name))
            {
                foreach (var column in table.Columns.Where(c => row[c.Path].Length > c.MaxLength))
                {
                    yield return new Hit($"{table.Name}[{row.Id}].{column.Path}", "@" + column.LabelKey, FormValue.Write(column.MaxLength)) { Variant = "length" };
                }
            }
        }
    }

    // The row's number as people count it on the page, not its id.
    private static string NumberOf(FormContent form, string table, string id) =>
        FormValue.Write(form.Rows(table).ToList().FindIndex(r => r.Id == id) + 1);
}
