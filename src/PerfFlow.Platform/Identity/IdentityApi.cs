using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Identity;

/// <summary>Who am I, my sessions and tokens, as JSON.</summary>
internal static class IdentityApi
{
    public static void MapIdentityApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/account").WithTags("Account").WithRefusals();
        api.MapGet("", WhoAmI).WithSummary("The signed-in person with the roles of the region's business date");
        api.MapGet("/sessions", SessionsAsync).WithSummary("Own open sessions");
        api.MapDelete("/sessions/{id:guid}", EndAsync).WithSummary("Ends one of the own sessions");
        api.MapDelete("/tokens/{id:long}", RevokeAsync).WithSummary("Revokes one of the own tokens");
    }

    private static Ok<Viewer> WhoAmI(Viewer viewer) => TypedResults.Ok(viewer);

    private static async Task<Ok<List<SessionAnswer>>> SessionsAsync(Viewer viewer, HttpContext http, PlatformDb db, TimeProvider time, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var own = http.SignedIn()?.SessionId;
        var sessions = await db.Sessions.AsNoTracking().Where(s => s.UserId == viewer.UserId && s.EndedAt == null && s.EndsAt > now)
            .OrderByDescending(s => s.LastSeenAt).ToListAsync(ct);
        return TypedResults.Ok(sessions.ConvertAll(s => new SessionAnswer(s.Id, s.Address, s.Agent, s.CreatedAt, s.LastSeenAt, s.Id == own)));
    }

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> EndAsync(Guid id, Viewer viewer, SessionBook sessions, Texts texts, CancellationToken ct)
    {
        var ended = await sessions.EndAsync(s => s.UserId == viewer.UserId && s.Id == id, SessionEnd.ByOwner, ct);
        return ended == 1 ? TypedResults.NoContent() : texts.Refuse(Refusal.NotFound());
    }

    private static async Task<Results<NoContent, JsonHttpResult<RefusedAnswer>>> RevokeAsync(long id, Viewer viewer, ApiTokens tokens, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await tokens.RevokeAsync(viewer, id, ct));

    internal sealed record SessionAnswer(Guid Id, string Address, string Agent, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, bool Current);
}
