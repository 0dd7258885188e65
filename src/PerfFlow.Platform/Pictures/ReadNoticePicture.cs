using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine.Instances;
using PerfFlow.Engine.Layout;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Pictures;

/// <summary>A step over all cases of a notice.</summary>
/// <param name="Standing">Cases that stand here now.</param>
/// <param name="Decided">Decisions made here so far.</param>
/// <param name="Returned">Those of them that sent the work back.</param>
/// <param name="MedianDays">Working days from opening to decision; null where nothing was decided.</param>
public sealed record NoticeStep(DrawnStep Step, int Standing, int Decided, int Returned, double? MedianDays)
{
    /// <summary>A decision here can send the work back.</summary>
    public bool MayReturn { get; init; }

    /// <summary>Per cent of the decisions; null where the step was never decided, or cannot send anything back.</summary>
    public int? ReturnedShare => Decided == 0 || !MayReturn ? null : (int)Math.Round(100.0 * Returned / Decided, MidpointRounding.AwayFromZero);
}

/// <summary>Where the cases of a notice stand, as far as the reader sees them.</summary>
public sealed record NoticePicture
{
    public required NoticeView View { get; init; }

    public required string Definition { get; init; }

    /// <summary>The newest version that any of the cases runs on; it is the one that is drawn.</summary>
    public required int Version { get; init; }

    public required int Cases { get; init; }

    /// <summary>Cases that have ended, however.</summary>
    public required int Ended { get; init; }

    /// <summary>Cases on older versions; their steps are counted by id.</summary>
    public required int Older { get; init; }

    /// <summary>Cases that stand at a step of an older version which the drawn one does not have.</summary>
    public required int Elsewhere { get; init; }

    public required Drawing Drawing { get; init; }

    /// <summary>By step the role that decides it.</summary>
    public required IReadOnlyDictionary<string, string> Roles { get; init; }

    /// <summary>In reading order.</summary>
    public required IReadOnlyList<NoticeStep> Steps { get; init; }
}

/// <summary>Counts the cases of a notice per step: for those who see its matrix, over the cases that they see there.</summary>
public sealed class ReadNoticePicture(IDbContextFactory<PlatformDb> databases, ReadNotice notices, DefinitionCatalog catalog, ParameterStore parameters, RegionClock clock)
{
    public async Task<Outcome<NoticePicture>> RunAsync(Viewer viewer, long noticeId, CancellationToken ct)
    {
        var view = await notices.RunAsync(viewer, noticeId, ct);
        if (view.Refusal is { } missing)
        {
            return missing;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var opens = catalog.RowsOf(view.Value.Notice.Opens);
        var cases = await db.Cases.AsNoTracking().VisibleTo(viewer).Where(c => c.NoticeId == noticeId && opens.Contains(c.Definition))
            .Select(c => new { c.Id, c.Definition, c.Status, c.StartedAt }).ToListAsync(ct);
        if (cases.Count == 0)
        {
            return Refusal.NotFound();
        }

        var definition = cases.Select(c => c.Definition).Distinct().Select(catalog.Get).MaxBy(d => d.Version)!;
        var drawing = Drawing.Of(definition);
        var returns = cases.Select(c => c.Definition).Distinct().SelectMany(row => catalog.Get(row).HumanSteps)
            .SelectMany(step => step.Returns.Select(outcome => (Node: step.ActivityId, Outcome: outcome))).Distinct().ToList();
        var days = Days(parameters.Calendar(viewer.RegionId), cases.Min(c => c.StartedAt), clock.Now(viewer.RegionId));
        var figures = await FiguresAsync(db, [.. cases.Select(c => c.Id)], days, returns, ct);
        return new NoticePicture
        {
            View = view.Value,
            Definition = definition.DefinitionId,
            Version = definition.Version,
            Cases = cases.Count,
            Ended = cases.Count(c => c.Status != InstanceStatus.Running),
            Older = cases.Count(c => catalog.Get(c.Definition).Version < definition.Version),
            Elsewhere = figures.Where(f => drawing.Steps.All(step => step.Id != f.Node)).Sum(f => f.Standing),
            Drawing = drawing,
            Roles = PictureWords.RolesOf(definition.HumanSteps),
            Steps = [.. drawing.Steps.OrderBy(step => step.Band).ThenBy(step => step.Column).ThenBy(step => step.Row).Select(step =>
                (figures.FirstOrDefault(f => f.Node == step.Id) is { } figure
                    ? new NoticeStep(step, figure.Standing, figure.Decided, figure.Returned, figure.MedianDays)
                    : new NoticeStep(step, 0, 0, 0, null)) with { MayReturn = returns.Exists(r => r.Node == step.Id) })],
        };
    }

    /// <summary>How many working days each day from the first to the last ends: the difference of two is the working days between them.</summary>
    private static (DateOnly[] Day, int[] UpTo) Days(WorkingCalendar calendar, DateTimeOffset first, DateTimeOffset last)
    {
        var from = BusinessDay.Of(first);
        var days = Enumerable.Range(0, Math.Max(0, BusinessDay.Of(last).DayNumber - from.DayNumber) + 2).Select(from.AddDays).ToArray();
        return (days, Array.ConvertAll(days, day => calendar.WorkingDaysBetween(from, day)));
    }

    /// <summary>What the statement gives per step.</summary>
    private sealed record Figure(string Node, int Standing, int Decided, int Returned, double? MedianDays);

    /// <summary>One statement over open tasks, timers and the journal's columns. A day is a day in China, as everywhere.</summary>
    private static async Task<List<Figure>> FiguresAsync(
        PlatformDb db, long[] ids, (DateOnly[] Day, int[] UpTo) days, List<(string Node, string Outcome)> returns, CancellationToken ct)
    {
        var (nodes, outcomes) = (returns.Select(r => r.Node).ToArray(), returns.Select(r => r.Outcome).ToArray());
        return await db.Database.SqlQuery<Figure>(
            $"""
            with mine as (select unnest({ids}) as id),
            days as (select * from unnest({days.Day}, {days.UpTo}) as d(day, upto)),
            returns as (select * from unnest({nodes}, {outcomes}) as r(node, outcome)),
            standing as (
                select w.node, count(distinct w.case_id)::int as cases
                from (select t.node, t.case_id from platform.tasks t union all select m.name, m.case_id from platform.timers m) w
                join mine on mine.id = w.case_id group by w.node
            ),
            spent as (
                select j.node, count(*)::int as decided, count(r.node)::int as returned,
                    percentile_cont(0.5) within group (order by closed.upto - opened.upto) as median
                from platform.journal j
                join mine on mine.id = j.case_id
                join days opened on opened.day = (j.visit_opened_at at time zone 'UTC' + interval '8 hours')::date
                join days closed on closed.day = (j.at at time zone 'UTC' + interval '8 hours')::date
                left join returns r on r.node = j.node and r.outcome = j.outcome
                where j.act = 'Complete' group by j.node
            )
            select coalesce(s.node, p.node) as "Node", coalesce(s.cases, 0) as "Standing", coalesce(p.decided, 0) as "Decided",
                coalesce(p.returned, 0) as "Returned", p.median as "MedianDays"
            from standing s full join spent p on p.node = s.node
            """).ToListAsync(ct);
    }
}
