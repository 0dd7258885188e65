using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Evaluations;

/// <summary>Checks that monitoring and self-evaluation share: money tables that add up, indicators named once, values of the right kind.</summary>
internal static class MeasureChecks
{
    /// <summary>Money differs only from a hundredth of 万元 on.</summary>
    public const decimal Cent = 0.01m;

    public static string PlaceOf(FormRow row, string column) => $"{ApprovedGoals.Table}[{row.Id}].{column}";

    /// <summary>The first row is the sum of the others, column by column.</summary>
    public static IEnumerable<Hit> AddsUp(FormCheck check, string table, string total, params IReadOnlyList<string> columns)
    {
        var rows = check.Form.Rows(table);
        var spec = check.Kind.Layout.Table(table)!;
        foreach (var column in columns)
        {
            if (rows.FirstOrDefault(r => r.Id == total)?.Number(column) is { } whole
                && whole - rows.Where(r => r.Id != total).Sum(r => r.Number(column) ?? 0) is var gap && Math.Abs(gap) >= Cent)
            {
                yield return new Hit($"{table}[{total}].{column}", "@" + spec.Column(column)!.LabelKey, CheckInput.Show(Math.Abs(gap)));
            }
        }
    }

    /// <summary>WZ06.</summary>
    public static IEnumerable<Hit> NamedOnce(FormCheck check) => check.Form.Rows(ApprovedGoals.Table)
        .Where(r => r["name"].Length > 0)
        .GroupBy(r => Indicators.IndicatorNames.Narrow(r["name"]), StringComparer.Ordinal)
        .SelectMany(g => g.Skip(1))
        .Select(r => new Hit($"{ApprovedGoals.Table}[{r.Id}]", r["name"]));

    /// <summary>定量 numeric, days as days, 定性 in one of the three words.</summary>
    public static IEnumerable<Hit> RightKind(FormCheck check, params IReadOnlyList<string> columns) =>
        from row in check.Form.Rows(ApprovedGoals.Table)
        from column in columns
        where row[column].Length > 0 && !Measured.Fits(row, row[column])
        select new Hit(PlaceOf(row, column), row["name"], "@" + check.Kind.Layout.Table(ApprovedGoals.Table)!.Column(column)!.LabelKey)
        {
            Variant = Measured.IsQualitative(row) ? "qualitative" : Measured.TargetDay(row) is not null ? "day" : null,
        };
}
