using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Platform.Results;

/// <summary>
/// 整改不到位 opens a result just after the leader's act. Should the process die between the two, this sweep opens it: at start
/// and every few minutes on every node. The command's id is derived from the case, so two sweeps, or a sweep and the
/// follower of the act, make one result.
/// </summary>
public sealed partial class MissingResults(IDbContextFactory<PlatformDb> databases, OpenResult open, TimeProvider time, ILogger<MissingResults> logger) : RepeatedWork(TimeSpan.FromMinutes(5), time, logger)
{
    private const int AtOnce = 200;

    /// <summary>Opens what is missing; returns for how many rectifications.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var opened = 0;
        foreach (var caseId in await FindAsync(ct))
        {
            await FailPoints.HereAsync(FailPoints.ResultMissing);
            var result = await open.OfRectificationAsync(caseId, ct);
            if (result.Ok)
            {
                opened++;
            }
            else
            {
                LogRefused(caseId, result.Refusal!.Code);
            }
        }

        return opened;
    }

    protected override Task TurnAsync(CancellationToken ct) => SweepAsync(ct);

    // A result that somebody proposed by hand from the same rectification is the result it asks for.
    private async Task<List<long>> FindAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Database.SqlQuery<long>(
            $"""
            select o.case_id as "Value"
            from platform.rectification_orders o
            join platform.cases c on c.id = o.case_id and c.ended_at is not null
            join platform.regions g on g.id = c.region_id and not g.closed
            where not exists (
                    select from platform.cases r join platform.definitions d on d.id = r.definition
                    where r.origin_id = o.case_id and d.definition_id = {OpenResult.Definition})
                and {CaseStates.NotRectified} = (select s.state from platform.case_states s where s.case_id = o.case_id)
            order by o.case_id
            limit {AtOnce}
            """).ToListAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No result could be proposed for rectification {CaseId}: {Code}")]
    private partial void LogRefused(long caseId, string code);
}
