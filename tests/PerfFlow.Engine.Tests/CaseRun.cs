using System.Globalization;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests;

/// <summary>Plays acts on one case, the way the runner does: every state goes through the codec.</summary>
internal sealed class CaseRun(WorkflowDefinition definition)
{
    public Instance? Instance { get; private set; }

    public DateTimeOffset Now { get; set; } = Shipped.Morning;

    public List<Effect> Effects { get; } = [];

    /// <summary>The steps that were decided, first ones first, as the journal would tell.</summary>
    public List<string> Decided { get; } = [];

    /// <summary>The open visits as text: number:activity, with * where the work was sent back.</summary>
    public string Open => Instance is null ? "" : string.Join(' ', Instance.OpenVisits.Select(Show));

    public CaseRun Start(params (string, object?)[] facts) => Do(new Act.Start(Facts.Of(facts)));

    public CaseRun Complete(string activity, string outcome, params (string, object?)[] facts) =>
        Do(new Act.Complete(VisitOf(activity), Facts.Of([("outcome", outcome), .. facts])));

    public CaseRun Do(Act act) => TryDo(act) is { } refused ? throw new InvalidOperationException($"{refused.Code}: {refused.Message}") : this;

    /// <summary>Null when the act was accepted.</summary>
    public Decision.Refused? TryDo(Act act)
    {
        var before = Instance is null ? [] : InstanceCodec.Write(Instance);
        switch (WorkflowEngine.Decide(definition, Instance, act, Now))
        {
            case Decision.Accepted accepted:
                if (act is Act.Complete { Visit: var decided } && Instance!.OpenVisits.Single(open => open.Visit == decided).ActivityId is var step && !Decided.Contains(step))
                    Decided.Add(step);
                Effects.Clear();
                Effects.AddRange(accepted.Effects);
                Instance = InstanceCodec.Read(definition, InstanceCodec.Write(accepted.Instance));
                return null;
            case Decision.Refused refused:
                Assert.Equal(before, Instance is null ? [] : InstanceCodec.Write(Instance));
                return refused;
            default:
                throw new InvalidOperationException("Neither accepted nor refused.");
        }
    }

    public string? RefusalOf(Act act) => TryDo(act)?.Code;

    public int VisitOf(string activity) => Instance!.OpenVisits.Single(open => open.ActivityId == activity).Visit;

    public T The<T>()
        where T : Effect => Effects.OfType<T>().Single();

    private static string Show(OpenVisit open) =>
        string.Create(CultureInfo.InvariantCulture, $"{open.Visit}:{open.ActivityId}{(open.Returned ? "*" : "")}");
}
