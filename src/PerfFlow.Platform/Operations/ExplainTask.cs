using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reminders;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Operations;

/// <summary>Which rule makes the reader the one who decides, or not.</summary>
public enum HolderRule
{
    /// <summary>Holds the role at the body.</summary>
    Post,

    /// <summary>转办: reserved for the reader by name.</summary>
    Name,

    /// <summary>代理: stands in for the one for whom it is reserved.</summary>
    Deputy,

    /// <summary>Somebody else decides.</summary>
    Other,
}

/// <summary>What one button of the step does.</summary>
/// <param name="Outcome">As the definition calls it.</param>
/// <param name="Then">Null where that depends on what is entered.</param>
public sealed record ButtonLine(string Outcome, bool Returns, Prospect? Then);

/// <summary>A step that several decide, seen from one of its open seats.</summary>
/// <param name="Tally">How far it has come.</param>
/// <param name="Weight">Of this seat.</param>
/// <param name="Counts">This decision is one of those that make the step's; that of somebody who was asked for another's is not.</param>
/// <param name="Missing">Names of the others who have not signed.</param>
/// <param name="Next">Names of those who get it when this one approves or answers.</param>
public sealed record SeatExplained(Tally Tally, int Weight, bool Counts, IReadOnlyList<string> Missing, IReadOnlyList<string> Next)
{
    /// <summary>Weight that is still missing after this approval; 0 = it passes.</summary>
    public int Short => Math.Max(0, Tally.Pass - Tally.Approved - Weight);
}

/// <summary>A reminder that is still to come while nobody acts.</summary>
public sealed record RungLine(DateTimeOffset At, int WorkingDays, RungRecipients Told);

/// <summary>A timer beside the task that acts by itself.</summary>
public sealed record TimerLine(DateTimeOffset At, Prospect? Then);

/// <summary>One open step, explained.</summary>
public sealed record TaskExplained
{
    public required TaskRow Task { get; init; }

    public required string Step { get; init; }

    public required string Body { get; init; }

    public required HolderRule Rule { get; init; }

    /// <summary>For whom it is reserved, or for whom the reader stands in.</summary>
    public string? Person { get; init; }

    /// <summary>The delegates of that person today.</summary>
    public IReadOnlyList<string> Deputies { get; init; } = [];

    /// <summary>Who could decide it today, at most <see cref="Foresight.Named"/>, and how many.</summary>
    public required IReadOnlyList<string> People { get; init; }

    public required int Count { get; init; }

    /// <summary>Why the reader, though of the post, may not: took part in filling it.</summary>
    public Refusal? WhyNot { get; init; }

    public required IReadOnlyList<ButtonLine> Buttons { get; init; }

    /// <summary>加签, 退回到, 抄送 as far as this step has them, by the names of the engine's acts.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>Who asked for this signature or answer, and how; null where nobody did.</summary>
    public (string Name, ParticipantPlace Place)? AskedBy { get; init; }

    /// <summary>The others at the step; null where one person decides it.</summary>
    public SeatExplained? Seat { get; init; }

    public required IReadOnlyList<RungLine> Rungs { get; init; }

    public required IReadOnlyList<TimerLine> Timers { get; init; }
}

/// <summary>"为什么是我": the open steps of a case, explained to one reader.</summary>
public sealed record CaseExplained(long CaseId, string Definition, string Title, string Unit, string Department, string Section, InstanceStatus Status, IReadOnlyList<TaskExplained> Tasks, DateTimeOffset Now);

/// <summary>
/// Explains an open task: which rule chose the reader, what each button will do, who is next, and what happens when the due day
/// passes. All of it is asked of the definition, the state of the case and the access policy; nothing is written per form.
/// </summary>
public sealed class ExplainTask(IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, Foresight foresight, RegionClock clock, ParameterStore parameters, NoticeLadders ladders)
{
    /// <summary>Refusals: not-found.</summary>
    public async Task<Outcome<CaseExplained>> RunAsync(Viewer viewer, long caseId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await CaseCourse.ReadAsync(db, catalog, viewer, caseId, Matter.Case, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        var (course, row) = (found.Value, found.Value.Row);
        long[] ids = [row.UnitId, row.DepartmentId, row.SectionId, .. course.Tasks.Select(t => t.OrganisationId)];
        var names = await db.Organisations.AsNoTracking().Where(o => ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);
        var title = await db.Projects.Where(p => p.Id == row.ObjectId).Select(p => p.Name).FirstOrDefaultAsync(ct)
            ?? await db.Notices.Where(n => n.CaseId == caseId).Select(n => n.Title).FirstOrDefaultAsync(ct) ?? "";
        var filledIt = await Fillers.TookPartAsync(db, caseId, viewer.UserId, ct);
        var tasks = new List<TaskExplained>();
        // One's own first: where several decide a step each has a task.
        foreach (var task in course.Tasks.OrderBy(t => viewer.MayDecide(t, filledIt: false) is not null))
        {
            tasks.Add(await ExplainAsync(db, viewer, course, task, names[task.OrganisationId], filledIt, ct));
        }

        return new CaseExplained(
            caseId, course.Definition.DefinitionId, title, names.GetValueOrDefault(row.UnitId, ""), names.GetValueOrDefault(row.DepartmentId, ""), names.GetValueOrDefault(row.SectionId, ""),
            course.Instance.Status, tasks, clock.Now(row.RegionId));
    }

    private async Task<TaskExplained> ExplainAsync(PlatformDb db, Viewer viewer, CaseCourse course, TaskRow task, string body, bool filledIt, CancellationToken ct)
    {
        var today = clock.Today(task.RegionId);
        var people = await Handover.Colleagues.At(db, task.Role, task.OrganisationId, today).OrderBy(u => u.Name).ThenBy(u => u.Id).Select(u => u.Name).ToListAsync(ct);
        var person = task.PersonId is { } reserved ? await db.Users.Where(u => u.Id == reserved).Select(u => u.Name).FirstOrDefaultAsync(ct) : null;
        var deputies = task.PersonId is null ? [] : await db.Delegations.AsNoTracking()
            .Where(d => d.PersonId == task.PersonId && d.Role == task.Role && d.OrganisationId == task.OrganisationId && d.EndedAt == null && d.FromDay <= today && d.ToDay >= today)
            .Join(db.Users, d => d.DeputyId, u => u.Id, (d, u) => u.Name).ToListAsync(ct);
        var step = course.Definition.HumanSteps.FirstOrDefault(s => s.ActivityId == task.Node);
        var buttons = new List<ButtonLine>();
        foreach (var outcome in LegalActs.Outcomes(course.Instance, task.Visit).Where(o => o != "ReturnToDepartment" || task.UnitId != task.DepartmentId))
        {
            var act = new Act.Complete(task.Visit, foresight.Assumed(course, outcome));
            buttons.Add(new ButtonLine(outcome, step?.Returns.Contains(outcome) ?? false, await foresight.OfAsync(db, course, act, ct)));
        }

        var seats = course.Instance.Participants;
        var seat = seats.FirstOrDefault(s => s.Visit == task.Visit && s.For > 0);
        var asker = SeatPost.Person(seats.FirstOrDefault(s => s.Step == seat?.Step && s.Number == seat.For)?.Holder);
        var askerName = asker is null ? null : await db.Users.Where(u => u.Id == asker).Select(u => u.Name).FirstOrDefaultAsync(ct);
        var refusal = viewer.MayDecide(task, filledIt);
        return new TaskExplained
        {
            Task = task,
            Step = course.StepName(task.Node),
            Body = body,
            Rule = refusal is { Code: not "filler-never-reviews" } ? HolderRule.Other
                : task.PersonId is null ? HolderRule.Post
                : task.PersonId == viewer.UserId ? HolderRule.Name
                : HolderRule.Deputy,
            Person = person,
            Deputies = deputies,
            People = [.. people.Take(Foresight.Named)],
            Count = people.Count,
            WhyNot = refusal is { Code: "filler-never-reviews" } ? refusal : null,
            Buttons = buttons,
            Verbs = refusal is not null || step is null ? [] : [.. LegalActs.For(course.Instance, task.Visit).Where(a => a.Name is "AddParticipant" or "ReturnTo" or "Copy" && a.RefusalCode is null && step.Kind != "fill").Select(a => a.Name)],
            AskedBy = seat is null || askerName is null ? null : (askerName, seat.Place),
            Seat = await SeatAsync(db, course.Instance, task.Visit, ct),
            Rungs = await RungsAsync(task, ct),
            Timers = await TimersAsync(db, course, task, ct),
        };
    }

    private static async Task<SeatExplained?> SeatAsync(PlatformDb db, Instance instance, int visit, CancellationToken ct)
    {
        if (LegalActs.TallyOf(instance, visit) is not { } tally)
        {
            return null;
        }

        var mine = instance.Participants.First(seat => seat.Visit == visit && seat.State == ParticipantState.Open);
        var missing = tally.Signers.Where(seat => seat.Number != mine.Number && (seat.State is ParticipantState.Waiting or ParticipantState.Open)).ToList();
        var people = missing.Concat(tally.Next).Select(seat => SeatPost.Person(seat.Holder)).OfType<long>().Distinct().ToList();
        var names = await db.Users.AsNoTracking().Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        string Name(Participant seat) => SeatPost.Person(seat.Holder) is { } person ? names.GetValueOrDefault(person, "") : "";
        return new SeatExplained(
            tally, mine.Weight, mine.Place is ParticipantPlace.Listed or ParticipantPlace.Beside, [.. missing.Select(Name).Where(name => name.Length > 0)], [.. tally.Next.Select(Name).Where(name => name.Length > 0)]);
    }

    private async Task<IReadOnlyList<RungLine>> RungsAsync(TaskRow task, CancellationToken ct)
    {
        if (task.DueAt is not { } due)
        {
            return [];
        }

        await ladders.LearnAsync(task.NoticeId is { } notice ? [notice] : [], ct);
        var now = clock.Now(task.RegionId);
        return [.. ladders.For(parameters.For(task.RegionId, 0), task.NoticeId).Schedule(due, parameters.Calendar(task.RegionId))
            .Where(s => s.At > now).Select(s => new RungLine(s.At, s.Rung.WorkingDays, s.Rung.Recipients))];
    }

    /// <summary>Timers that the same act opened: what they do if the task is left alone.</summary>
    private async Task<IReadOnlyList<TimerLine>> TimersAsync(PlatformDb db, CaseCourse course, TaskRow task, CancellationToken ct)
    {
        var lines = new List<TimerLine>();
        foreach (var timer in course.Instance.OpenVisits.Where(v => v.Kind == "timer" && v.OpenedBy == task.OpenedBy))
        {
            if (timer.Due is Deadline.At due)
            {
                lines.Add(new TimerLine(due.Instant, await foresight.OfAsync(db, course, new Act.FireTimer(timer.Visit, timer.ActivityId), due.Instant, ct)));
            }
        }

        return lines;
    }
}
