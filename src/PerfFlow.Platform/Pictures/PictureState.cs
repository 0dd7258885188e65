using PerfFlow.Engine.Instances;
using PerfFlow.Engine.Layout;
using PerfFlow.Platform.Calendars;

namespace PerfFlow.Platform.Pictures;

/// <summary>Tells from the replayed lines of a case what its picture shows.</summary>
internal static class PictureState
{
    /// <param name="drawing">Of the definition that the case runs on.</param>
    /// <param name="returns">The outcomes of its steps that send the work back.</param>
    /// <param name="lines">The lines up to the one that is shown.</param>
    /// <param name="calendar">Of the case's region.</param>
    /// <param name="now">The instant that is shown.</param>
    /// <param name="holder">Who has an open visit.</param>
    public static (IReadOnlyList<PictureStep> Steps, IReadOnlyList<PictureWay> Ways) Of(
        Drawing drawing, IReadOnlySet<(string Step, string Outcome)> returns, IReadOnlyList<ReplayedLine> lines, WorkingCalendar calendar, DateTimeOffset now, Func<OpenVisit, string?> holder)
    {
        var visits = new SortedDictionary<int, (string Step, StepVisit Visit)>();
        var paths = new DrawingPaths(drawing);
        var gone = new int[drawing.Lines.Count];
        string? end = null;
        foreach (var line in lines)
        {
            foreach (var was in line.Closed)
            {
                var (step, visit) = visits[was.Visit];
                // Without whoever was taken out everybody has signed: then that ended the step.
                var settled = (was.Visit == line.Visit && line.Act is "Complete" or "Skip" or "FireTimer" or "DeliverEvent")
                    || (line.Act == "RemoveParticipant" && line.Open.All(open => open.ActivityId != was.ActivityId));
                visits[was.Visit] = (step, visit with
                {
                    ClosedBy = line.Seq,
                    ClosedAt = line.At,
                    Settled = settled,
                    Outcome = settled ? line.Outcome : null,
                    WorkingDays = Days(calendar, visit.OpenedAt, line.At),
                });
            }

            foreach (var opened in line.Opened)
            {
                visits[opened.Visit] = (opened.ActivityId, new StepVisit(opened.Visit, opened.Visit, line.At, null, null, null, Settled: false, Days(calendar, line.At, now)));
            }

            // A migration may call the step of an open visit by another id.
            foreach (var still in line.Open.Where(still => visits[still.Visit].Step != still.ActivityId))
            {
                visits[still.Visit] = (still.ActivityId, visits[still.Visit].Visit);
            }

            // 加签 makes one of several of a visit that was one person's.
            foreach (var (visit, stay) in line.Stays.Where(each => visits.ContainsKey(each.Key)))
            {
                visits[visit] = (visits[visit].Step, visits[visit].Visit with { Stay = stay });
            }

            end = Go(drawing, paths, line, gone);
        }

        var open = lines.Count == 0 ? [] : lines[^1].Open;
        var steps = drawing.Steps.OrderBy(step => step.Band).ThenBy(step => step.Column).ThenBy(step => step.Row).Select(step =>
        {
            List<StepVisit> own = [.. visits.Values.Where(each => each.Step == step.Id).Select(each => each.Visit)];
            var passed = step.Id == end || (step.Kind != DrawnKind.End && drawing.Lines.Index().Any(line => line.Item.From == step.Id && !line.Item.Beside && gone[line.Index] > 0));
            var held = open.Where(visit => visit.ActivityId == step.Id).Select(holder).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            return new PictureStep(step, StateOf(returns, step.Id, own, passed), own, StaysOf(own, calendar, now), held.Count == 0 ? null : string.Join('、', held));
        });
        return ([.. steps], [.. drawing.Lines.Select((line, i) => new PictureWay(line, gone[i]))]);
    }

    private static int Days(WorkingCalendar calendar, DateTimeOffset from, DateTimeOffset to) =>
        Math.Max(0, calendar.WorkingDaysBetween(BusinessDay.Of(from), BusinessDay.Of(to)));

    /// <summary>Counts the ways along which a line led; gives the end that it reached.</summary>
    private static string? Go(Drawing drawing, DrawingPaths paths, ReplayedLine line, int[] gone)
    {
        var left = line.Act switch
        {
            "Start" => drawing.Steps.FirstOrDefault(step => step.Kind == DrawnKind.Start)?.Id,
            "Complete" or "Skip" or "FireTimer" or "DeliverEvent" => line.Closed.FirstOrDefault(visit => visit.Visit == line.Visit)?.ActivityId,
            _ => null,
        };
        if (left is null)
        {
            return null;
        }

        // The next who signs the same step has not gone any way.
        foreach (var way in line.Opened.Where(opened => opened.ActivityId != left).SelectMany(opened => paths.Between(left, line.Outcome, opened.ActivityId)))
        {
            gone[way]++;
        }

        if (line.Status != InstanceStatus.Finished || paths.ToEnd(left, line.Outcome) is not { } path)
        {
            return null;
        }

        foreach (var way in path)
        {
            gone[way]++;
        }

        return drawing.Lines[path[^1]].To;
    }

    private static StepState StateOf(IReadOnlySet<(string Step, string Outcome)> returns, string step, List<StepVisit> visits, bool passed)
    {
        if (visits.Count == 0)
        {
            return passed ? StepState.Done : StepState.NotYet;
        }

        if (visits.Exists(visit => visit.ClosedBy is null))
        {
            return StepState.Current;
        }

        // Of several seats the last to decide ended the step, whose visits went with that decision.
        var ended = visits.FindAll(visit => visit.Stay == visits[^1].Stay).MaxBy(visit => (visit.ClosedBy, visit.Settled))!;
        return !ended.Settled ? StepState.Overtaken
            : ended.Outcome is { } outcome && returns.Contains((step, outcome)) ? StepState.SentBack
            : StepState.Done;
    }

    private static List<StepStay> StaysOf(List<StepVisit> visits, WorkingCalendar calendar, DateTimeOffset now) =>
    [
        .. visits.GroupBy(visit => visit.Stay).Select(stay => new StepStay(
            stay.Any(visit => visit.ClosedBy is null),
            stay.Any(visit => visit.Settled),
            Days(calendar, stay.Min(visit => visit.OpenedAt), stay.Max(visit => visit.ClosedAt ?? now)))),
    ];
}

/// <summary>The ways of a drawing between two waits: questions, and what opens other cases, are passed at once.</summary>
internal sealed class DrawingPaths(Drawing drawing)
{
    private readonly Dictionary<string, DrawnKind> kinds = drawing.Steps.ToDictionary(step => step.Id, step => step.Kind, StringComparer.Ordinal);

    /// <summary>The lines from a step that was left to one that was opened by it; empty where the drawing knows none.</summary>
    public IReadOnlyList<int> Between(string from, string? outcome, string to)
    {
        // What begins beside another step has a line from that step only.
        if (drawing.Lines.Index().Where(line => line.Item.To == to).ToList() is [(var only, { Beside: true })])
        {
            return [only];
        }

        return Shortest(from, outcome, to, timers: false) ?? Shortest(from, outcome, to, timers: true) ?? [];
    }

    /// <summary>The lines to the one end that can be reached without another wait; null where there is none, or more than one.</summary>
    public IReadOnlyList<int>? ToEnd(string from, string? outcome)
    {
        var found = drawing.Steps.Where(step => step.Kind == DrawnKind.End).Select(step => Shortest(from, outcome, step.Id, timers: false)).OfType<List<int>>().ToList();
        return found is [var only] ? only : null;
    }

    /// <param name="timers">An instant that was past already is passed at once, too.</param>
    private List<int>? Shortest(string from, string? outcome, string to, bool timers)
    {
        var before = new Dictionary<string, (string Step, int Line)>(StringComparer.Ordinal);
        var queue = new Queue<string>([from]);
        while (queue.TryDequeue(out var at))
        {
            foreach (var (i, line) in drawing.Lines.Index().Where(line => line.Item.From == at && !line.Item.Beside))
            {
                if ((at == from && outcome is not null && line.Outcomes.Count > 0 && !line.Outcomes.Contains(outcome) && kinds[from] == DrawnKind.Human) || !before.TryAdd(line.To, (at, i)))
                {
                    continue;
                }

                if (line.To == to)
                {
                    return Back(before, from, to);
                }

                if (kinds[line.To] is DrawnKind.Decision or DrawnKind.Cases || (timers && kinds[line.To] == DrawnKind.Timer))
                {
                    queue.Enqueue(line.To);
                }
            }
        }

        return null;
    }

    private static List<int> Back(Dictionary<string, (string Step, int Line)> before, string from, string to)
    {
        var path = new List<int>();
        for (var at = to; path.Count == 0 || at != from; at = before[at].Step)
        {
            path.Insert(0, before[at].Line);
        }

        return path;
    }
}
