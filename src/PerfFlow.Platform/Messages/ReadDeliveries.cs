using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Reminders;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.ServiceDefaults.Notifications;

namespace PerfFlow.Platform.Messages;

/// <summary>One way by which a person was told.</summary>
/// <param name="ChangedAt">System time.</param>
/// <param name="ReadAt">In-app only, system time.</param>
/// <param name="Repeated">The reader may have it twice.</param>
public sealed record ToldBy(DeliveryChannel Channel, DeliveryState State, int Attempts, bool Repeated, DateTimeOffset ChangedAt, DateTimeOffset? ReadAt, string? Error);

/// <summary>One thing told to one person about a task.</summary>
/// <param name="Kind">Name of the message type.</param>
/// <param name="Rung">Of the ladder, for instance D-2; null for what is no reminder.</param>
/// <param name="At">Business time.</param>
/// <param name="Person">Null for a reminder of which no delivery is known yet.</param>
public sealed record TaskDelivery(string Kind, string? Rung, DateTimeOffset At, string? Person, IReadOnlyList<ToldBy> Ways);

/// <summary>The rung that comes next.</summary>
/// <param name="WorkingDays">From the due day; negative is before.</param>
public sealed record NextReminder(int WorkingDays, DateTimeOffset At);

/// <summary>How the holders of one visit were told, newest first.</summary>
/// <param name="Next">Null when the task has ended, has no due day, or its ladder is climbed.</param>
/// <param name="Open">The visit is the task's present one.</param>
/// <param name="FromProof">Notifications is away: only what it reported before is shown, without the bell.</param>
public sealed record TaskDeliveriesModel(long CaseId, int Visit, bool Open, DateTimeOffset? DueAt, NextReminder? Next, IReadOnlyList<TaskDelivery> Lines, bool FromProof);

/// <summary>
/// Deliveries beside a task, for whoever sees its case: the reminders that fired (our own rows), what became of each message
/// (asked of Notifications; what it reported when it is away) and the rung that comes next. Refusal: not-found.
/// </summary>
public sealed class ReadDeliveries(IDbContextFactory<PlatformDb> databases, NotificationsDoor door)
{
    public async Task<Outcome<TaskDeliveriesModel>> RunAsync(Viewer viewer, long caseId, int visit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.Cases.VisibleTo(viewer).AnyAsync(c => c.Id == caseId, ct))
        {
            return Refusal.NotFound();
        }

        var task = await db.Tasks.AsNoTracking().FirstOrDefaultAsync(t => t.CaseId == caseId && t.Visit == visit, ct);
        var fired = await db.Database.SqlQuery<Fired>($"select rung, at from platform.reminders where case_id = {caseId} and visit = {visit}").ToListAsync(ct);
        var told = await door.AskAsync(service => service.DeliveriesAsync(caseId, visit, ct), ct);
        List<TaskDelivery> lines = told.Ok ? [.. Group(told.Value)] : await ProofAsync(db, caseId, visit, ct);
        var known = lines.Where(l => l.Rung is not null).Select(l => l.Rung!).ToHashSet(StringComparer.Ordinal);
        lines.AddRange(fired.Where(f => !known.Contains(ReminderLadder.CodeOf(f.Rung)))
            .Select(f => new TaskDelivery(f.Rung <= 0 ? nameof(DeadlineApproaching) : nameof(DeadlineMissed), ReminderLadder.CodeOf(f.Rung), f.At, null, [])));
        return new TaskDeliveriesModel(
            caseId, visit, task is not null, task?.DueAt, task is { NextRungAt: { } at, Rung: { } rung } ? new NextReminder(rung, at) : null,
            [.. lines.OrderByDescending(l => l.At).ThenBy(l => l.Person, StringComparer.Ordinal)], !told.Ok);
    }

    private static IEnumerable<TaskDelivery> Group(IEnumerable<DeliveryRecord> records) => records
        .GroupBy(r => (r.Kind, r.Rung, r.At, r.RecipientId))
        .Select(g => new TaskDelivery(
            g.Key.Kind, g.Key.Rung, g.Key.At, g.First().Recipient,
            [.. g.OrderBy(r => r.Channel).Select(r => new ToldBy(r.Channel, r.State, r.Attempts, r.Repeated, r.ChangedAt, r.ReadAt, r.Error))]));

    private static async Task<List<TaskDelivery>> ProofAsync(PlatformDb db, long caseId, int visit, CancellationToken ct)
    {
        var rows = await db.Deliveries.AsNoTracking().Where(d => d.CaseId == caseId && d.Visit == visit).ToListAsync(ct);
        var people = rows.Select(r => r.RecipientId).Distinct().ToList();
        var names = await db.Users.AsNoTracking().Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        return [.. rows.GroupBy(r => (r.MessageId, r.RecipientId)).Select(g => new TaskDelivery(
            g.First().Kind, null, g.Max(r => r.At), names.GetValueOrDefault(g.Key.RecipientId),
            [.. g.OrderBy(r => r.Channel).Select(r => new ToldBy(r.Channel, r.State, r.Attempts, r.Repeated, r.At, null, null))]))];
    }

    private sealed record Fired(short Rung, DateTimeOffset At);
}
