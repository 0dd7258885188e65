using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Reviews;

/// <summary>What one link of the chain asks of a decision beside outcome, text and due day, and what follows from it.</summary>
public interface IDecisionPart
{
    /// <summary>Id of the definition whose decisions it belongs to.</summary>
    string Definition { get; }

    /// <summary>The rows that become true by the decision, or why it cannot be taken.</summary>
    Task<Outcome<IReadOnlyList<FeatureRow>>> JudgeAsync(FilingCase filing, ReviewDecision decision, CancellationToken ct);

    /// <summary>Does what follows from where the case stands after an accepted decision; asked again by every repeat, so it does it once.</summary>
    Task FollowAsync(long caseId, CancellationToken ct);
}

/// <summary>What was said of one line of a form that is judged line by line.</summary>
/// <param name="Number">As the form counts it.</param>
/// <param name="Reason">Why it goes back.</param>
public sealed record ReturnedLine(int Number, string Reason);
