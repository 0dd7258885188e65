using System.Globalization;
using PerfFlow.Engine;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Submissions;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Definitions;

/// <summary>
/// Goes every way through a definition with the facts that the platform gives, and tells where a case would stop: an expression
/// that fails, a due instant that nobody gives. What shows only with a certain form or date is not found here.
/// </summary>
internal static class DefinitionTrial
{
    /// <summary>More places than this to stand at are no chain of steps; the rest is left untried.</summary>
    private const int MostStates = 2_000;

    private static readonly DateTimeOffset Begin = new(2024, 1, 2, 1, 0, 0, TimeSpan.Zero);

    /// <summary>What stopped, at which activity.</summary>
    internal sealed record Stop(string? Activity, Refusal Why);

    public static IReadOnlyList<Stop> Run(WorkflowDefinition definition)
    {
        var stops = new List<Stop>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<(Instance Instance, DateTimeOffset Now)>();
        foreach (var facts in Starts(definition.DefinitionId))
        {
            Take(WorkflowEngine.Decide(definition, null, new Act.Start(facts), Begin), Begin, null, "Start");
        }

        while (queue.TryDequeue(out var at) && seen.Count < MostStates)
        {
            foreach (var visit in at.Instance.OpenVisits)
            {
                Try(at.Instance, visit, at.Now.AddDays(1));
            }
        }

        return [.. stops.DistinctBy(s => (s.Activity, s.Why.Code, string.Join('|', s.Why.Args)))];

        void Try(Instance instance, OpenVisit visit, DateTimeOffset now)
        {
            switch (visit.Kind)
            {
                case "timer" when visit.Due is Deadline.At due:
                    var then = due.Instant > now ? due.Instant : now;
                    Take(WorkflowEngine.Decide(definition, instance, new Act.FireTimer(visit.Visit, visit.ActivityId), then), then, visit.ActivityId, "FireTimer");
                    break;
                case "event" when instance.WaitingFor(visit.Visit) is { } wait:
                    Take(WorkflowEngine.Decide(definition, instance, new Act.DeliverEvent(visit.Visit, wait.Name, Facts.Empty), now), now, visit.ActivityId, "DeliverEvent");
                    break;
                case "task":
                    stops.Add(new Stop(visit.ActivityId, new Refusal("contract-plain")));
                    break;
                default:
                    foreach (var outcome in LegalActs.Outcomes(instance, visit.Visit))
                    {
                        var facts = Given(definition, visit.ActivityId, outcome, now);
                        Take(WorkflowEngine.Decide(definition, instance, new Act.Complete(visit.Visit, facts), now), now, visit.ActivityId, outcome);
                    }

                    break;
            }
        }

        void Take(Decision decision, DateTimeOffset now, string? activity, string by)
        {
            switch (decision)
            {
                case Decision.Refused refused:
                    stops.Add(new Stop(activity, new Refusal("contract-stops", by, refused.Code == RefusalCodes.MissingFact ? Said(refused.Message) : refused.Code)));
                    break;
                case Decision.Accepted { Instance: { Status: InstanceStatus.Faulted } failed }:
                    stops.Add(new Stop(failed.Incidents[^1].ActivityId, new Refusal("contract-fails", by, Said(failed.Incidents[^1].Message))));
                    break;
                case Decision.Accepted { Instance: { Status: InstanceStatus.Running } instance } when seen.Add(KeyOf(instance)):
                    queue.Enqueue((instance, now));
                    break;
            }
        }
    }

    /// <summary>What the engine says, to be put into words by whoever shows it; the definition's own words as they are.</summary>
    private static object Said(string message) => Reason.Read(message) is { } reason ? reason : message;

    /// <summary>The starts that use cases make: with and without a department step, by either proposer.</summary>
    private static IEnumerable<Facts> Starts(string definition)
    {
        var due = Facts.Of(("due", Begin.AddDays(30)));
        if (definition == Notices.NoticeSteps.Definition)
        {
            return [Facts.Empty];
        }

        return from department in (bool[])[true, false]
               from performance in (bool[])[true, false]
               from proposer in (string[])["FIN_SECTION", "FIN_PERF"]
               select due.With("needsDepartment", department).With("needsPerformanceReview", performance).With("proposer", proposer);
    }

    /// <summary>What pages and use cases send with a decision.</summary>
    private static Facts Given(WorkflowDefinition definition, string activity, string outcome, DateTimeOffset now)
    {
        var facts = Facts.Of(("outcome", outcome));
        if (definition.HumanSteps.First(s => s.ActivityId == activity).Returns.Contains(outcome) || outcome == "Grant")
        {
            facts = facts.With("due", now.AddDays(10));
        }

        if (outcome == Notices.NoticeSteps.Issue)
        {
            facts = facts.With("opens", "goal-filing").With("due", now.AddDays(30)).With("targets", new object?[] { 0L, 1L });
        }

        return StepFacts.Of(definition.DefinitionId, activity, outcome, WorkingCalendar.National, BusinessDay.Of(now)).Aggregate(facts, (all, fact) => all.With(fact.Key, fact.Value));
    }

    /// <summary>Two states are alike when the same is open and the words and flags of the case are the same; instants are not compared.</summary>
    private static string KeyOf(Instance instance) => string.Join(
        '|',
        instance.OpenVisits.Select(v => v.ActivityId).Order(StringComparer.Ordinal)
            .Concat(instance.Variables.Where(v => v.Value is bool or string).OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key}={v.Value}"))));
}
