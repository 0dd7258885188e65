using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Reviews;

/// <summary>取消审核 (T9): a finished case goes back to its last step. Refused once a later case builds on it.</summary>
public sealed class ReopenCase(FilingCases filings, WorkflowRunner runner)
{
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long caseId, string reason, Guid commandId, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        if (viewer.May(Right.Reopen, found.Value.Case) is { } refusal)
        {
            return refusal;
        }

        if (reason.Trim().Length < DecideReview.MinReturnText)
        {
            return new Refusal("reason-too-short", DecideReview.MinReturnText) { Field = "reason" };
        }

        var post = viewer.Posts.First(p => p.Role is "FIN_SECTION" or "FIN_PERF" or "FIN_LEADER");
        return await runner.RunAsync(
            new CaseCommand
            {
                Id = commandId,
                CaseId = caseId,
                Act = new Act.Reopen(Facts.Of(("outcome", "Reopen"))),
                Actor = new Actor(viewer.UserId, post.Role, post.OrganisationId),
                Rows = [ActReason.Of("Reopen", reason.Trim())],
            },
            ct);
    }
}
