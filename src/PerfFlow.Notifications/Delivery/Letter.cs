using System.Globalization;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Notifications.Delivery;

/// <summary>A message as Notifications handles it, whatever its type.</summary>
/// <param name="Kind">Name of the message type.</param>
/// <param name="Template">First part of the keys of its texts.</param>
/// <param name="Values">What its texts may name.</param>
/// <param name="Rung">Of the ladder; null for what is no reminder.</param>
/// <param name="Urgent">It does not wait for the hour's digest when none has left yet.</param>
/// <param name="OfVisit">It falls with its visit.</param>
internal sealed record Letter(
    string Kind, string Template, Subject About, IReadOnlyList<Recipient> Recipients, IReadOnlyDictionary<string, string?> Values,
    CaseRef? Case, string? Rung, bool Urgent, bool OfVisit)
{
    /// <summary>Of every message that has recipients.</summary>
    public static Letter Of(Message message) => message switch
    {
        NoticeIssued m => Make(m, m.About, m.Recipients, [("number", m.Number)]),
        TaskOpened m => Make(m, m.About, m.Recipients, []),
        SubmissionReturned m => Make(
            m, m.About, m.Recipients,
            [("returnedBy", m.ReturnedBy), ("reasons", string.Join('、', m.Reasons.Select(r => r.Text))), ("comment", m.Comment), ("returns", Number(m.Returns))],
            urgent: true),
        DeadlineApproaching m => Make(m, m.About, m.Recipients, [("workingDays", Number(m.WorkingDays))], rung: m.Rung, variant: m.WorkingDays == 0 ? ".today" : ""),
        DeadlineMissed m => Make(m, m.About, m.Recipients, [("workingDays", Number(m.WorkingDays))], rung: m.Rung, urgent: true),
        TaskNudged m => Make(m, m.About, m.Recipients, [("by", m.By), ("text", m.Text)], urgent: true),
        CaseCopied m => Make(m, m.About, m.Recipients, [("by", m.By)], ofVisit: false),
        DocumentRefused m => Make(m, m.About, m.Recipients, [("fileName", m.FileName), ("problems", string.Join('\n', m.Problems))]),
        RectificationOrdered m => Make(m, m.About, m.Recipients, [("problem", m.Problem), ("demand", m.Demand)], ofVisit: false),
        ResultApplied m => Make(m, m.About, m.Recipients, [("application", m.Application)], ofVisit: false),
        _ => throw new ArgumentException($"{message.GetType().Name} is told to nobody.", nameof(message)),
    };

    private static Letter Make(
        Message message, Subject about, IReadOnlyList<Recipient> recipients, (string Name, string? Value)[] more,
        string? rung = null, bool urgent = false, bool ofVisit = true, string variant = "")
    {
        var kind = message.GetType().Name;
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["title"] = about.Title,
            ["unit"] = about.Unit,
            ["step"] = about.Step,
            ["due"] = about.Due is { } due ? DayOf(due) : null,
        };
        foreach (var (name, value) in more)
        {
            values[name] = value;
        }

        var of = (message as CaseMessage)?.Case;
        return new(kind, kind + variant, about, recipients, values, of, rung, urgent, ofVisit && of is not null);
    }

    /// <summary>The last day that is in time: a due day ends at 24:00, so the instant may read as the next day.</summary>
    private static string DayOf(DateTimeOffset due) =>
        due.ToOffset(Timing.China).AddTicks(-1).ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
