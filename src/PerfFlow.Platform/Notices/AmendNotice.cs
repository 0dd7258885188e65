using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>What an amendment changes; null leaves a part as it is.</summary>
public sealed record Amendment
{
    public string? Title { get; init; }

    public string? Grounds { get; init; }

    public string? Matters { get; init; }

    public string? Demands { get; init; }

    public string? Contact { get; init; }

    /// <summary>Later than the day in force: what was promised to a unit is never shortened.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>Why; shown with the new version.</summary>
    public required string Reason { get; init; }
}

/// <summary>What became of an act that concerned many cases.</summary>
/// <param name="Done">Cases on which it took effect.</param>
/// <param name="Refused">The others, with why.</param>
public sealed record BatchOutcome(int Done, IReadOnlyList<CaseRefusal> Refused);

/// <param name="CaseId">The case.</param>
/// <param name="UnitId">Its unit.</param>
/// <param name="Why">Why nothing happened to it.</param>
public sealed record CaseRefusal(long CaseId, long UnitId, Refusal Why);

/// <summary>
/// 修改通知: a new version of an issued text, both kept, and/or a later due day for every case that has not been filed.
/// A case whose own due day is later already keeps it. FIN_PERF.
/// </summary>
public sealed class AmendNotice(
    IDbContextFactory<PlatformDb> databases, WorkflowRunner runner, RegionClock clock, ParameterStore parameters, RegionJournal journal)
{
    /// <summary>Says which open filings got the new due day. Repeated with the same command it goes on where it was cut off.</summary>
    public async Task<Outcome<BatchOutcome>> RunAsync(Viewer viewer, long noticeId, Amendment change, Guid command, CancellationToken ct)
    {
        if (viewer.May(Right.ManageNotices) is { } refusal)
        {
            return refusal;
        }

        if (string.IsNullOrWhiteSpace(change.Reason))
        {
            return new Refusal("notices-reason-required") { Field = "reason" };
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"select 1 from platform.notices where id = {noticeId} for update", ct);
        if (await NoticeSteps.FindAsync(db, viewer, noticeId, ct) is not var (notice, state))
        {
            return Refusal.NotFound();
        }

        if (state.Stage != NoticeStages.Issued)
        {
            return NoticeSteps.WrongStage(state);
        }

        if (await db.NoticeAmendments.Where(a => a.NoticeId == noticeId && a.Command == command).Select(a => (int?)a.Number).FirstOrDefaultAsync(ct) is { } known)
        {
            return await ExtendAsync(viewer, notice, known, ct);
        }

        var actor = NoticeActors.Performance(viewer);
        if (Prepare(notice, change, clock.Now(notice.RegionId)) is { } unfit)
        {
            return unfit;
        }

        var number = state.TextNumber + 1;
        var amendment = new NoticeAmendment
        {
            NoticeId = notice.Id,
            Number = number,
            Title = notice.Title,
            Grounds = notice.Grounds,
            Matters = notice.Matters,
            Demands = notice.Demands,
            Contact = notice.Contact,
            DueAt = notice.DueAt!.Value,
            Reason = change.Reason.Trim(),
            At = clock.Now(notice.RegionId),
            ById = viewer.UserId,
            Command = command,
        };
        db.NoticeAmendments.Add(amendment);
        await db.SaveChangesAsync(ct);
        await journal.AppendAsync(db, notice.RegionId, "NoticeAmended", actor, FactsOf(amendment), ct);
        await transaction.CommitAsync(ct);
        return change.DueOn is null ? new BatchOutcome(0, []) : await ExtendAsync(viewer, notice, number, ct);
    }

    /// <summary>Those that are due then already, or later, are left alone; so it may be asked again after a crash.</summary>
    private async Task<BatchOutcome> ExtendAsync(Viewer viewer, Notice notice, int number, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var due = notice.DueAt!.Value;
        var tasks = await db.Tasks.AsNoTracking()
            .Where(t => t.NoticeId == notice.Id && t.Kind == "fill" && t.DueAt < due)
            .Select(t => new { t.CaseId, t.UnitId, t.Visit }).ToListAsync(ct);
        var actor = NoticeActors.Performance(viewer);
        // The notice's own case waits for the due day as well: its timer moves with it.
        foreach (var visit in await db.Database.SqlQuery<int>($"""select visit as "Value" from platform.timers where case_id = {notice.CaseId} and due_at < {due}""").ToListAsync(ct))
        {
            await runner.RunAsync(new CaseCommand
            {
                Id = CommandId.Of($"amend {notice.Id} {number} {notice.CaseId} {visit}"),
                CaseId = notice.CaseId,
                Act = new Act.Extend(visit, due),
                Actor = actor,
            }, ct);
        }

        var answers = await Task.WhenAll(tasks.ConvertAll(async t => (Task: t, Answer: await runner.RunAsync(new CaseCommand
        {
            Id = CommandId.Of($"amend {notice.Id} {number} {t.CaseId} {t.Visit}"),
            CaseId = t.CaseId,
            Act = new Act.Extend(t.Visit, due),
            Actor = actor,
        }, ct))));
        return new BatchOutcome(
            answers.Count(a => a.Answer.Ok),
            [.. answers.Where(a => !a.Answer.Ok).Select(a => new CaseRefusal(a.Task.CaseId, a.Task.UnitId, a.Answer.Refusal!))]);
    }

    private Refusal? Prepare(Notice notice, Amendment change, DateTimeOffset now)
    {
        if (change.DueOn is { } day)
        {
            var due = parameters.Calendar(notice.RegionId).DueInstant(day);
            if (due <= notice.DueAt || due <= now)
            {
                return new Refusal("notice-due-earlier", Show.FullDay(notice.DueOn)) { Field = "dueOn" };
            }

            notice.DueOn = day;
            notice.DueAt = due;
        }

        if (change.Title is { } title && (string.IsNullOrWhiteSpace(title) || title.Length > 200))
        {
            return new Refusal("notice-title-required") { Field = "title" };
        }

        notice.Title = change.Title?.Trim() ?? notice.Title;
        notice.Grounds = change.Grounds ?? notice.Grounds;
        notice.Matters = change.Matters ?? notice.Matters;
        notice.Demands = change.Demands ?? notice.Demands;
        notice.Contact = change.Contact ?? notice.Contact;
        notice.Version++;
        notice.ChangedAt = now;
        return null;
    }

    private static Facts FactsOf(NoticeAmendment a) => Facts.Of(
        ("notice", a.NoticeId),
        ("number", a.Number),
        ("due", a.DueAt),
        ("text", NoticeFacts.Hash(string.Join('\n', a.Title, a.Grounds, a.Matters, a.Demands, a.Contact))),
        ("reason", NoticeFacts.Hash(a.Reason)));
}
