using System.Globalization;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Rectification;

/// <summary>Checks of a 整改情况反馈书 (domain.md §4.8). That every problem is answered is WZ01 of its required columns.</summary>
internal static class RectificationRules
{
    public static IReadOnlyList<FormRule> All { get; } =
    [
        .. FormRules.Common,
        new("ZG01", FindingLevel.Error, Unfinished),
        new("ZG02", FindingLevel.Error, NewDates),
        new("ZG03", FindingLevel.Warning, Evidence),
        new("ZG04", FindingLevel.Warning, Late),
    ];

    // 未完成 → why, and by when.
    private static IEnumerable<Hit> Unfinished(FormCheck check)
    {
        foreach (var row in Open(check).Where(r => r["state"] == RectificationForm.Undone))
        {
            if (row["reason"].Length == 0)
            {
                yield return new Hit(Place(row, "reason"), row.Id);
            }

            if (row["newDate"].Length == 0)
            {
                yield return new Hit(Place(row, "newDate"), row.Id) { Variant = "date" };
            }
        }
    }

    private static IEnumerable<Hit> NewDates(FormCheck check) =>
        from row in Open(check)
        where row["state"] == RectificationForm.Undone && Day(row["newDate"]) is { } next && Day(check.Form["filedOn"]) is { } filed && next <= filed
        select new Hit(Place(row, "newDate"), row.Id, row["newDate"]);

    private static IEnumerable<Hit> Evidence(FormCheck check) =>
        from row in Open(check)
        where row["state"] == RectificationForm.Done && row["evidence"].Length == 0 && check.Form.Attachments.All(a => a.Kind != "evidence")
        select new Hit(Place(row, "evidence"), row.Id);

    private static IEnumerable<Hit> Late(FormCheck check) =>
        Day(check.Form["filedOn"]) > Day(check.Form["rectify.due"]) ? [new Hit("filedOn", check.Form["filedOn"], check.Form["rectify.due"])] : [];

    // What finance has closed is not asked about again.
    private static IEnumerable<FormRow> Open(FormCheck check) => check.Rows(RectificationForm.Lines).Where(r => r["verdict"] != LineVerdicts.Closed);

    private static string Place(FormRow row, string column) => $"{RectificationForm.Lines}[{row.Id}].{column}";

    private static DateOnly? Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
