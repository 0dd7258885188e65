using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Results;

/// <summary>Checks of proposal and booking (domain.md §3.10).</summary>
internal static class ResultRules
{
    public static IReadOnlyList<FormRule> Proposal { get; } =
    [
        .. FormRules.Common,
        new("JG01", FindingLevel.Error, Amount),
        new("JG02", FindingLevel.Error, Bounds),
        new("JG03", FindingLevel.Error, TargetYear),
        new("JG04", FindingLevel.Warning, Overlap),
    ];

    public static IReadOnlyList<FormRule> Booking { get; } =
    [
        .. FormRules.Common,
        new("RZ01", FindingLevel.Warning, AsApproved),
        new("RZ02", FindingLevel.Error, NotNegative),
    ];

    // A measure that takes money away says from what, and how much or which share.
    private static IEnumerable<Hit> Amount(FormCheck check)
    {
        var form = check.Form;
        if (!ResultProposal.Moneyed.Contains(form["result.kind"]))
        {
            yield break;
        }

        if (form.Number("result.before") is not > 0)
        {
            yield return new Hit("result.before");
        }
        else if (form.Number("result.change") is not > 0)
        {
            yield return new Hit("result.amount") { Variant = "change" };
        }
    }

    private static IEnumerable<Hit> Bounds(FormCheck check)
    {
        var form = check.Form;
        if (form.Number("result.change") > form.Number("result.before"))
        {
            yield return new Hit("result.amount", Show.Money(form.Number("result.change")), Show.Money(form.Number("result.before")));
        }

        if (form.Number("result.percent") is < 0 or > 100)
        {
            yield return new Hit("result.percent", form["result.percent"]) { Variant = "percent" };
        }

        if (form["result.kind"] != ResultProposal.Cancel && form.Number("result.amount") is { } amount && form.Number("result.percent") is { } percent
            && form.Number("result.before") is { } before && Math.Abs(before * percent / 100 - amount) > 0.01m)
        {
            yield return new Hit("result.percent", Show.Money(amount), Show.Percent(percent)) { Variant = "both" };
        }
    }

    private static IEnumerable<Hit> TargetYear(FormCheck check) =>
        check.Form.Number("result.targetYear") < check.Filing.Project.FiscalYear ? [new Hit("result.targetYear", check.Form["result.targetYear"], FormValue.Write(check.Filing.Project.FiscalYear))] : [];

    private static IEnumerable<Hit> Overlap(FormCheck check) =>
        ResultProposal.Moneyed.Contains(check.Form["result.kind"]) && check.Known is int and > 0 and var others ? [new Hit("result.targetYear", check.Form["result.targetYear"], FormValue.Write(others))] : [];

    private static IEnumerable<Hit> AsApproved(FormCheck check) =>
        check.Form.Number("booking.approved") is { } approved && check.Form.Number("booking.amount") is { } booked && approved != booked
            ? [new Hit("booking.amount", Show.Money(booked), Show.Money(approved))]
            : [];

    private static IEnumerable<Hit> NotNegative(FormCheck check) => check.Form.Number("booking.amount") is < 0 ? [new Hit("booking.amount")] : [];
}
