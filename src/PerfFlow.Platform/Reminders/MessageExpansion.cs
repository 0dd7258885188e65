using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Reminders;

/// <summary>
/// Makes messages of the outbox rows that acts and reminders leave: who is told, what it is called, where it is found.
/// Looked up for a whole batch when it is published. Null means that nobody has to be told any more: the region's
/// generation is closed, or a reminder's task is no longer open.
/// </summary>
public sealed class MessageExpansion(IDbContextFactory<PlatformDb> databases, RegionClock clock, ParameterStore parameters, NoticeLadders ladders, DefinitionCatalog definitions, TextCatalogue texts)
{
    public async Task<IReadOnlyDictionary<long, Message?>> RunAsync(IReadOnlyList<OutboxRow> rows, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var events = rows.Select(r => (Row: r, Event: CaseEvent.Read(r.Body))).ToList();
        var directory = await CaseDirectory.ReadAsync(db, clock, [.. events.Select(e => e.Event.Case).Distinct()], [.. events.SelectMany(e => e.Event.Named)], ct);
        await ladders.LearnAsync(events.Where(e => e.Row.Type == ReminderPump.RowType).SelectMany(e => directory.Find(e.Event.Case)?.Tasks ?? []).Select(t => t.NoticeId).OfType<long>(), ct);
        var result = new Dictionary<long, Message?>(rows.Count);
        foreach (var (row, happened) in events)
        {
            result[row.Id] = Make(row, happened, directory);
        }

        return result;
    }

    private Message? Make(OutboxRow row, CaseEvent happened, CaseDirectory directory)
    {
        var region = clock.Get(happened.Region);
        if (region.Closed || directory.Find(happened.Case) is not { } about)
        {
            return null;
        }

        var at = DateTimeOffset.FromUnixTimeMilliseconds(happened.At);
        var place = new RegionRef(region.Code, region.Generation);
        var reference = new CaseRef(happened.Case, happened.Revision ?? about.Revision, happened.Visit);
        var task = about.Tasks.FirstOrDefault(open => open.Visit == happened.Visit);
        switch (row.Type)
        {
            case "case:TaskClosed":
                return new TaskClosed { MessageId = row.MessageId, Region = place, At = at, Case = reference, About = Subject(about, null), Why = End(happened.Why) };
            case "case:NoticeIssued" when about.NoticeNumber is not null:
                return new NoticeIssued
                {
                    MessageId = row.MessageId, Region = place, At = at, NoticeId = about.NoticeId!.Value, Number = about.NoticeNumber, About = Subject(about, happened.Due),
                    Recipients = directory.Holders(happened.Role!, happened.Organisation!.Value, null),
                };
            case "case:SubmissionReturned" when about.LastReturn is { } last:
                return new SubmissionReturned
                {
                    MessageId = row.MessageId, Region = place, At = at, Case = reference, About = Subject(about, happened.Due),
                    Recipients = directory.Holders(happened.Role!, happened.Organisation!.Value, null), ReturnedBy = last.By, Comment = last.Text, Returns = last.Count,
                    Reasons = [.. last.Reasons.Select(code => new ReturnReasonText(code, texts.In(TextCatalogue.Chinese)["returnReasons." + code]))],
                };
            case "case:TaskOpened" or "case:NoticeIssued" or "case:SubmissionReturned":
                return new TaskOpened
                {
                    MessageId = row.MessageId, Region = place, At = at, Case = reference, About = Subject(about, happened.Due),
                    Recipients = directory.Holders(happened.Role!, happened.Organisation!.Value, task?.PersonId ?? happened.Person),
                };
            case "case:TaskNudged" when task is not null:
                return new TaskNudged
                {
                    MessageId = row.MessageId, Region = place, At = at, Case = reference, About = Subject(about, happened.Due), Text = happened.Said,
                    Recipients = directory.Holders(happened.Role!, happened.Organisation!.Value, task.PersonId), By = directory.NameOf(happened.By),
                };
            case "case:CaseCopied":
                return new CaseCopied
                {
                    MessageId = row.MessageId, Region = place, At = at, Case = reference, About = Subject(about, null),
                    Recipients = directory.People(happened.People), By = directory.NameOf(happened.By),
                };
            case ReminderPump.RowType when task is not null:
                return Reminder(row, happened, about, task, directory, place, reference);
            default:
                return null;
        }
    }

    private Message Reminder(OutboxRow row, CaseEvent happened, CaseAbout about, TaskRow task, CaseDirectory directory, RegionRef place, CaseRef reference)
    {
        var days = happened.Rung!.Value;
        var rung = ladders.For(parameters.For(happened.Region, 0), task.NoticeId).RungAt(days);
        var told = directory.Holders(task.Role, task.OrganisationId, task.PersonId);
        if (rung.Recipients.HasFlag(RungRecipients.Head))
        {
            told = [.. told, .. directory.Holders(Roles.UnitHead, task.OrganisationId, null)];
        }

        if (rung.Recipients.HasFlag(RungRecipients.Section) && task.Role != Roles.Section)
        {
            told = [.. told, .. directory.Holders(Roles.Section, task.SectionId, null)];
        }

        told = [.. told.DistinctBy(r => r.Id)];
        var subject = Subject(about, task.DueAt?.ToUnixTimeMilliseconds());
        var at = DateTimeOffset.FromUnixTimeMilliseconds(happened.At);
        return days <= 0
            ? new DeadlineApproaching { MessageId = row.MessageId, Region = place, At = at, Case = reference, About = subject, Recipients = told, Rung = rung.Code, WorkingDays = -days }
            : new DeadlineMissed { MessageId = row.MessageId, Region = place, At = at, Case = reference, About = subject, Recipients = told, Rung = rung.Code, WorkingDays = days };
    }

    private Subject Subject(CaseAbout about, long? due) => new()
    {
        Title = about.Title,
        Unit = about.Unit,
        Step = about.Task is { } task ? definitions.StepName(task.Definition, task.Node) : null,
        Due = due is { } instant ? DateTimeOffset.FromUnixTimeMilliseconds(instant) : null,
        Path = about.Path,
    };

    private static TaskEnd End(string? why) => why switch
    {
        "withdrawn" => TaskEnd.Withdrawn,
        "waived" => TaskEnd.Waived,
        "voided" => TaskEnd.Voided,
        "completed" => TaskEnd.Decided,
        _ => TaskEnd.Left,
    };
}

/// <summary>What an outbox row of the runner or of the reminders says.</summary>
internal sealed record CaseEvent(int Region, long Case, int? Revision, int Visit, long At, string? Role, long? Organisation, long? Due, string? Why, short? Rung, long? By, string? Said, long? Person, IReadOnlyList<long> People)
{
    /// <summary>Everybody whom it names.</summary>
    public IEnumerable<long> Named => People.Concat(new[] { By, Person }.OfType<long>());


    public static CaseEvent Read(string body)
    {
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        return new CaseEvent(
            root.GetProperty("region").GetInt32(),
            root.GetProperty("case").GetInt64(),
            root.TryGetProperty("revision", out var revision) ? revision.GetInt32() : null,
            root.GetProperty("visit").GetInt32(),
            Instant(root.GetProperty("at")),
            root.TryGetProperty("role", out var role) ? role.GetString() : null,
            root.TryGetProperty("organisation", out var organisation) ? organisation.GetInt64() : null,
            root.TryGetProperty("due", out var due) ? Instant(due) : null,
            root.TryGetProperty("why", out var why) ? why.GetString() : null,
            root.TryGetProperty("rung", out var rung) ? rung.GetInt16() : null,
            root.TryGetProperty("by", out var by) ? by.GetInt64() : null,
            root.TryGetProperty("said", out var said) ? said.GetString() : null,
            root.TryGetProperty("person", out var person) ? person.GetInt64() : null,
            root.TryGetProperty("people", out var people) ? [.. people.EnumerateArray().Select(id => id.GetInt64())] : []);
    }

    private static long Instant(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetInt64()
        : DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
