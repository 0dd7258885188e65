using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Evaluations;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.SpotChecks;

/// <summary>The approved self-evaluation of a project, row by row: what a spot check is about.</summary>
internal static class SelfScores
{
    /// <summary>The row of the execution rate; indicators keep the ids that they have on the self-evaluation.</summary>
    public const string ExecutionRow = "execution";

    /// <summary>Rows with name, weight, self score and actual value; none where no self-evaluation was approved.</summary>
    public static async Task<IReadOnlyList<FormRow>> OfAsync(PlatformDb db, long projectId, CancellationToken ct)
    {
        if (await ApprovedForms.LastAsync(db, projectId, SelfEvaluation.Instance, ct) is not { } self)
        {
            return [];
        }

        var rows = new List<FormRow>();
        if (self.Rows(SelfEvaluation.Spending).FirstOrDefault(r => r.Id == SelfEvaluation.Total) is { } money && money["score"].Length > 0)
        {
            rows.Add(AppraisalFields.Row(ExecutionRow, ("name", "预算执行率"), ("weight", money["points"]), ("self", money["score"]), ("actual", money["rate"].Length > 0 ? money["rate"] + "%" : "")));
        }

        rows.AddRange(self.Rows(ApprovedGoals.Table).Select(r =>
            AppraisalFields.Row(r.Id, ("name", r["name"]), ("weight", r["weight"]), ("self", r["score"]), ("actual", r["actual"]))));
        return rows;
    }
}
