namespace PerfFlow.Platform.Submissions;

/// <summary>A numbered part of the printed form; the text is <c>submissions.section.&lt;key&gt;</c>.</summary>
/// <param name="Key">Also the anchor: <c>#s-&lt;key&gt;</c>.</param>
/// <param name="Roots">First parts of the paths that stand in it.</param>
public sealed record FilingSection(string Key, params IReadOnlyList<string> Roots)
{
    public static IReadOnlyList<FilingSection> All { get; } =
    [
        new("facts", "fiscalYear", "project", "department", "unit"),
        new("funds", "funds"),
        new("plan", "basis", "content", "plan", "costs"),
        new("goal", "goal"),
        new("indicators", "indicators", "satisfactionWaiver", "weightException"),
        new("files", "attachments"),
        new("filler", "filler", "phone", "head", "filedOn"),
    ];

    /// <summary>Where a field, row or table stands; what concerns the form as a whole is shown with the facts.</summary>
    public static FilingSection Of(string place) => All.FirstOrDefault(s => s.Holds(place)) ?? All[0];

    private bool Holds(string place) => Roots.Any(r =>
        place.StartsWith(r, StringComparison.Ordinal) && (place.Length == r.Length || place[r.Length] is '.' or '['));
}

/// <summary>How many of the required fields hold something.</summary>
/// <param name="Filled">What cannot be read counts as filled: it is reported as an error of its own.</param>
/// <param name="Required">A table without rows counts as one missing field.</param>
public sealed record FormComplete(int Filled, int Required)
{
    private static readonly FormComplete Nothing = new(0, 0);

    /// <summary>100 only when nothing is missing.</summary>
    public int Percent => Required == 0 ? 100 : Filled * 100 / Required;

    public int Missing => Required - Filled;

    /// <summary>Of the whole form.</summary>
    public static FormComplete Of(GoalFilingForm form) =>
        BySection(form).Values.Aggregate(Nothing, (sum, part) => new(sum.Filled + part.Filled, sum.Required + part.Required));

    /// <summary>Of each section, by its key.</summary>
    public static IReadOnlyDictionary<string, FormComplete> BySection(GoalFilingForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        var parts = FilingSection.All.ToDictionary(s => s.Key, _ => Nothing, StringComparer.Ordinal);
        foreach (var field in GoalFilingFields.Scalars.Where(f => f.Required || (f.Path == "funds.mediumTerm.total" && form.EndYear > form.StartYear)))
        {
            Count(field.Path, field.Text(form).Length > 0);
        }

        Rows("costs", GoalFilingFields.Cost, form.Costs, r => r.Id);
        Rows("indicators", GoalFilingFields.Indicator, form.Indicators, r => r.Id);
        return parts;

        void Count(string path, bool filled)
        {
            var key = FilingSection.Of(path).Key;
            parts[key] = new(parts[key].Filled + (filled || form.Unread.ContainsKey(path) ? 1 : 0), parts[key].Required + 1);
        }

        void Rows<T>(string table, IReadOnlyList<FormField<T>> fields, IReadOnlyList<T> rows, Func<T, string> id)
            where T : class
        {
            if (rows.Count == 0)
            {
                Count(table, filled: false);
            }

            foreach (var row in rows)
            {
                foreach (var field in fields.Where(f => f.Required))
                {
                    Count($"{table}[{id(row)}].{field.Path}", field.Text(row).Length > 0);
                }
            }
        }
    }
}
