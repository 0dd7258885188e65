using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Handover;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Operations;

/// <summary>A task that an act would open.</summary>
/// <param name="Step">As its definition calls it.</param>
/// <param name="Role">Who decides it …</param>
/// <param name="Body">… at which body.</param>
/// <param name="People">Who could take it today, at most <see cref="Foresight.Named"/>; with who stands in for whom is away.</param>
/// <param name="Count">How many could.</param>
/// <param name="Returned">The work comes back by it.</param>
/// <param name="Due">The due day, where the definition gives it; null where the act itself will.</param>
public sealed record Opening(string Step, string Role, string Body, IReadOnlyList<string> People, int Count, bool Returned, DateOnly? Due);

/// <summary>What an act would make of a case.</summary>
/// <param name="Closes">Steps whose open tasks would go.</param>
/// <param name="Opens">Tasks that would come.</param>
/// <param name="Status">Where the case would stand.</param>
/// <param name="Starts">How many further cases would be started.</param>
/// <param name="Stays">Steps that stay open as they are.</param>
public sealed record Prospect(IReadOnlyList<string> Closes, IReadOnlyList<Opening> Opens, InstanceStatus Status, int Starts, IReadOnlyList<string> Stays);

/// <summary>
/// Tells what an act would do, by asking the engine itself and keeping nothing: definition and state decide, and no page has to
/// be told of a new form or step.
/// </summary>
public sealed class Foresight(RegionClock clock, Deadlines deadlines)
{
    /// <summary>More names than this are a number.</summary>
    public const int Named = 3;

    /// <summary>An instant that a decision would bring along; what is due then is not yet known.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromDays(3650);

    /// <summary>The facts that a decision brings beside its outcome, as far as they can be told before.</summary>
    public Facts Assumed(CaseCourse course, string? outcome = null)
    {
        ArgumentNullException.ThrowIfNull(course);
        var then = clock.Now(course.Row.RegionId) + Later;
        var facts = Facts.Of(("due", then), ("answerDue", then));
        foreach (var input in course.Definition.HumanSteps.Select(s => s.DueInput).OfType<string>())
        {
            facts = facts.With(input, then);
        }

        return outcome is null ? facts : facts.With("outcome", outcome);
    }

    /// <summary>Null where the engine refuses: the outcome depends on what is entered with the act.</summary>
    internal Task<Prospect?> OfAsync(PlatformDb db, CaseCourse course, Act act, CancellationToken ct) => OfAsync(db, course, act, clock.Now(course.Row.RegionId), ct);

    /// <summary>The same at an instant to come, such as that of a timer.</summary>
    internal async Task<Prospect?> OfAsync(PlatformDb db, CaseCourse course, Act act, DateTimeOffset now, CancellationToken ct)
    {
        var region = clock.Get(course.Row.RegionId);
        if (WorkflowEngine.Decide(course.Definition, course.Instance, act, now) is not Decision.Accepted accepted)
        {
            return null;
        }

        var opened = accepted.Effects.OfType<Effect.TaskOpened>().ToList();
        var closed = accepted.Effects.OfType<Effect.TaskClosed>().Select(e => e.Visit).ToHashSet();
        var openings = new List<Opening>();
        foreach (var task in opened.Where(t => !closed.Contains(t.Visit)))
        {
            openings.Add(await OpeningAsync(db, course, region, task, now, ct));
        }

        return new Prospect(
            [.. course.Tasks.Where(t => closed.Contains(t.Visit)).Select(t => course.StepName(t.Node))],
            openings,
            accepted.Instance.Status,
            accepted.Effects.OfType<Effect.CasesStarted>().Sum(s => s.Items.Count),
            [.. course.Tasks.Where(t => !closed.Contains(t.Visit)).Select(t => course.StepName(t.Node))]);
    }

    private async Task<Opening> OpeningAsync(PlatformDb db, CaseCourse course, Region region, Effect.TaskOpened task, DateTimeOffset now, CancellationToken ct)
    {
        var row = course.Row;
        // Whoever was asked to sign does so in a post of theirs.
        var (role, body) = SeatPost.Read(task.Post) is { } own ? (own.Role, own.OrganisationId) : (task.Role, StepHolder.Of(region, task.Role, row.UnitId, row.DepartmentId, row.SectionId));
        var name = await db.Organisations.Where(o => o.Id == body).Select(o => o.Name).FirstOrDefaultAsync(ct) ?? "";
        var today = clock.Today(region.Id);
        if (SeatPost.Person(task.Holder) is { } person)
        {
            var one = await db.Users.Where(u => u.Id == person).Select(u => u.Name).FirstOrDefaultAsync(ct) ?? "";
            return new Opening(course.StepName(task.ActivityId), role, name, [one], 1, task.Returned, DueOf(task, region, now));
        }

        var people = await Colleagues.At(db, role, body, today).OrderBy(u => u.Name).ThenBy(u => u.Id).Select(u => u.Name).ToListAsync(ct);
        return new Opening(course.StepName(task.ActivityId), role, name, [.. people.Take(Named)], people.Count, task.Returned, DueOf(task, region, now));
    }

    private DateOnly? DueOf(Effect.TaskOpened task, Region region, DateTimeOffset now) => task.Deadline switch
    {
        Deadline.At at when at.Instant < now + Later - TimeSpan.FromDays(1) => BusinessDay.DueDate(at.Instant),
        Deadline.WorkingDays days => BusinessDay.DueDate(deadlines.Resolve(region, days, now).At),
        _ => null,
    };
}
