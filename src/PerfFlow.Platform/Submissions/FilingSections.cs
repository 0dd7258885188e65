namespace PerfFlow.Platform.Submissions;

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
    public static FormComplete Of(FormContent form) =>
        BySection(form).Values.Aggregate(Nothing, (sum, part) => new(sum.Filled + part.Filled, sum.Required + part.Required));

    /// <summary>Of each section, by its key.</summary>
    public static IReadOnlyDictionary<string, FormComplete> BySection(FormContent form)
    {
        ArgumentNullException.ThrowIfNull(form);
        return form.Layout.Sections.ToDictionary(s => s.Key, s => Of(form, s), StringComparer.Ordinal);
    }

    private static FormComplete Of(FormContent form, FormSection section)
    {
        var (filled, required) = (0, 0);
        foreach (var field in section.Fields.Where(f => f.Required || Periods(form, f)))
        {
            Count(form[field.Path].Length > 0);
        }

        foreach (var table in section.Tables)
        {
            var rows = form.Rows(table.Name);
            if (rows.Count == 0 && !table.Optional)
            {
                Count(false);
            }

            foreach (var row in rows)
            {
                foreach (var column in table.Columns.Where(c => c.Required))
                {
                    Count(row[column.Path].Length > 0);
                }
            }
        }

        return new(filled, required);

        void Count(bool has)
        {
            required++;
            filled += has ? 1 : 0;
        }
    }

    // A project of several years says what it costs over all of them.
    private static bool Periods(FormContent form, FieldSpec field) =>
        field.Path == "funds.mediumTerm.total" && form.Number("project.end") > form.Number("project.start");
}
