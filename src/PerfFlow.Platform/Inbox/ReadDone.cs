using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.Platform.Calendars;

namespace PerfFlow.Platform.Inbox;

/// <summary>One act of the viewer's.</summary>
/// <param name="Act">Complete, Withdraw, Reopen, Reassign, Extend, Waive, Void, ReturnTo, TakeBack, AddParticipant, RemoveParticipant, Succeed, Copy or an operator's.</param>
/// <param name="Outcome">Of a Complete: Submit, Approve, Return …</param>
/// <param name="Days">Working days from the opening of the step to the act.</param>
/// <param name="State">Where the case stands now; one of <see cref="CaseStates"/>.</param>
public sealed record DoneLine(long CaseId, int Seq, DateTimeOffset At, string Act, string? Outcome, string Title, string Unit, string Step, int? Days, string State)
{
    /// <summary>Id of the case's definition.</summary>
    public string Definition { get; init; } = "";

    /// <summary>In which the person acted.</summary>
    public string Role { get; init; } = "";
}

/// <summary>A page of acts, newest first.</summary>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record DonePage(IReadOnlyList<DoneLine> Lines, string? Next);

/// <summary>已办: what a person has done, from the journal.</summary>
public sealed class ReadDone(IDbContextFactory<PlatformDb> databases, TaskLines names, ParameterStore parameters, DefinitionCatalog catalog)
{
    /// <summary>Acts that count as having handled a case; starting the cases of a notice is the notice's doing.</summary>
    private static readonly string[] Acts = ["Complete", "Withdraw", "Reopen", "Reassign", "Extend", "Waive", "Void", "ReturnTo", "TakeBack", "AddParticipant", "RemoveParticipant", "Succeed", "Copy", "Move", "Skip", "Cancel", "Retry", "Migrate"];

    public async Task<DonePage> RunAsync(Viewer viewer, string? from, int size, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var user = viewer.UserId;
        // By the day first: so the index has them, and only the lines of a day are sorted.
        var lines = db.Journal.AsNoTracking().Where(j => j.ActorId == user && j.ActorId > 0 && j.CaseId > 0 && Acts.Contains(j.Act));
        if (TaskKey.Parse(from) is { At: { } at } key)
        {
            var day = DateOnly.FromDateTime(at.UtcDateTime);
            lines = lines.Where(j => PlatformDb.UtcDay(j.At) <= day && (j.At < at || (j.At == at && (j.CaseId < key.CaseId || (j.CaseId == key.CaseId && j.Seq < key.Visit)))));
        }

        var page = await lines.OrderByDescending(j => PlatformDb.UtcDay(j.At)).ThenByDescending(j => j.At).ThenByDescending(j => j.CaseId).ThenByDescending(j => j.Seq).Take(size + 1)
            .Join(db.Cases.VisibleTo(viewer), j => j.CaseId, c => c.Id, (j, c) => new { j.CaseId, j.Seq, j.At, j.Act, j.Outcome, j.Role, j.Node, j.VisitOpenedAt, c.Definition, c.UnitId, c.ObjectId })
            .OrderByDescending(j => j.At).ThenByDescending(j => j.CaseId).ThenByDescending(j => j.Seq)
            .ToListAsync(ct);
        var more = page.Count > size;
        page = page[..Math.Min(size, page.Count)];
        var cases = page.Select(p => p.CaseId).Distinct().ToList();
        var states = await db.CaseStates.AsNoTracking().Where(s => cases.Contains(s.CaseId)).ToDictionaryAsync(s => s.CaseId, s => s.State, ct);
        var objects = page.Select(p => p.ObjectId).Distinct().ToList();
        var projects = await db.Projects.AsNoTracking().Where(p => objects.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, ct);
        var notices = await db.Notices.AsNoTracking().Where(n => cases.Contains(n.CaseId)).ToDictionaryAsync(n => n.CaseId, n => n.Title, ct);
        var bodies = page.Select(p => p.UnitId).Distinct().ToList();
        var units = await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);
        var calendar = parameters.Calendar(viewer.RegionId);
        return new DonePage(
            [.. page.Select(p => new DoneLine(
                p.CaseId,
                p.Seq,
                p.At,
                p.Act,
                p.Outcome,
                projects.GetValueOrDefault(p.ObjectId) ?? notices.GetValueOrDefault(p.CaseId, ""),
                units.GetValueOrDefault(p.UnitId, ""),
                p.Node is { } node ? names.StepName(p.Definition, node) : "",
                p.VisitOpenedAt is { } opened ? calendar.WorkingDaysBetween(BusinessDay.Of(opened), BusinessDay.Of(p.At)) : null,
                states.GetValueOrDefault(p.CaseId, ""))
            {
                Definition = catalog.IdOf(p.Definition),
                Role = p.Role,
            })],
            more ? new TaskKey(page[^1].At, page[^1].CaseId, page[^1].Seq).ToString() : null);
    }

    /// <summary>What was done, as the link of the chain calls it.</summary>
    public static string Words(Texts texts, DoneLine line) => line is { Act: "Complete", Outcome: { } outcome }
        ? OutcomeWords.Of(texts, line.Definition, outcome, line.Role)
        : texts[$"inbox.act.{line.Act}"];
}
