namespace PerfFlow.Platform.Submissions;

/// <summary>SJ: does it agree with what the platform already knows, and can it be read at all?</summary>
internal static class LibraryChecks
{
    /// <summary>SJ01: code, unit and year as in the project library. An empty code is WZ01's.</summary>
    public static IEnumerable<Hit> KnownProject(CheckInput input)
    {
        var (form, project) = (input.Form, input.Facts.Project);
        if (form.ProjectCode.Length == 0)
        {
            yield break;
        }

        if (project is null || project.Code != form.ProjectCode)
        {
            yield return new Hit("project.code", form.ProjectCode);
        }
        else if (project.FiscalYear != form.FiscalYear)
        {
            yield return new Hit("fiscalYear", form.ProjectCode, FormValue.Write(project.FiscalYear)) { Variant = "year" };
        }
        else if (project.UnitCode != form.UnitCode)
        {
            yield return new Hit("unit.code", form.ProjectCode, form.UnitCode) { Variant = "unit" };
        }
    }

    /// <summary>SJ02.</summary>
    public static IEnumerable<Hit> SameAmount(CheckInput input)
    {
        if (input.Facts.BudgetSystemAmount is { } system && input.Form.Annual.Total is { } filed && Math.Abs(system - filed) >= 0.01m)
        {
            yield return new Hit("funds.annual.total", CheckInput.Show(system), CheckInput.Show(filed));
        }
    }

    /// <summary>SJ03: texts that are no value of their field, texts too long for it, a period that ends before it begins.</summary>
    public static IEnumerable<Hit> Readable(CheckInput input)
    {
        var form = input.Form;
        foreach (var (path, text) in form.Unread.OrderBy(u => u.Key, StringComparer.Ordinal))
        {
            yield return RowOf(path, form) is { } row
                ? new Hit(path, "@" + LabelOf(path), text, FormValue.Write(row)) { Variant = "row" }
                : new Hit(path, "@" + LabelOf(path), text);
        }

        foreach (var hit in TooLong(GoalFilingFields.Scalars, "", form)
            .Concat(form.Costs.SelectMany(r => TooLong(GoalFilingFields.Cost, $"costs[{r.Id}].", r)))
            .Concat(form.Indicators.SelectMany(r => TooLong(GoalFilingFields.Indicator, $"indicators[{r.Id}].", r))))
        {
            yield return hit;
        }

        if (form.EndYear < form.StartYear)
        {
            yield return new Hit("project.end", FormValue.Write(form.StartYear), FormValue.Write(form.EndYear)) { Variant = "period" };
        }
    }

    private static IEnumerable<Hit> TooLong<T>(IReadOnlyList<FormField<T>> fields, string prefix, T from)
        where T : class => fields
            .Where(f => f.Text(from).Length > f.MaxLength)
            .Select(f => new Hit(prefix + f.Path, "@" + f.LabelKey, FormValue.Write(f.MaxLength)) { Variant = "length" });

    // The row's number as people count it on the page, not its id; null for a field outside the tables.
    private static int? RowOf(string path, GoalFilingForm form)
    {
        var ids = path.StartsWith("costs[", StringComparison.Ordinal) ? form.Costs.Select(r => r.Id)
            : path.StartsWith("indicators[", StringComparison.Ordinal) ? form.Indicators.Select(r => r.Id)
            : null;
        return ids?.ToList().IndexOf(path[(path.IndexOf('[', StringComparison.Ordinal) + 1)..path.IndexOf(']', StringComparison.Ordinal)]) + 1;
    }

    private static string LabelOf(string path)
    {
        var row = path.IndexOf('[', StringComparison.Ordinal);
        return row < 0 ? $"fields.{path}" : $"fields.{path[..row]}{path[(path.IndexOf(']', StringComparison.Ordinal) + 1)..]}";
    }
}
