using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Signers;

/// <summary>加签, 减签, 委派, 取回, 退回到 and 抄送 as JSON: the same use cases and refusals as the page.</summary>
internal static class SignersApi
{
    public static IEndpointRouteBuilder MapSignersApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/cases/{id:long}").WithTags("Cases").WithRefusals();
        api.MapGet("/signers", ReadAsync).WithSummary("Who signs the steps of the case, in which order and with what state; whom the caller may ask (find: parts of name, body or post), where they may return it to, and what they may take back");
        api.MapPost("/signers", AddAsync).WithSummary("加签 (place: Before, After, Beside) or 委派 (Asked): more people are to sign the open review, or to answer");
        api.MapPost("/signers/remove", RemoveAsync).WithSummary("减签: somebody whom the caller asked, and who has not decided, is asked no longer");
        api.MapPost("/take-back", TakeBackAsync).WithSummary("取回: the caller's own last decision, while nobody has acted on it");
        api.MapPost("/return-to", ReturnAsync).WithSummary("退回到: to an earlier step that the case was at; straight = it comes straight back to the caller once it is sent on");
        api.MapPost("/copies", CopyAsync).WithSummary("抄送: shows the case to people who may see it");
        var copies = routes.MapGroup("/api/copies").WithTags("Cases").WithRefusals();
        copies.MapGet("", CopiesAsync).WithSummary("抄送我: cases that were shown to the caller, newest first; readAt = when they opened it; next = what to pass as from for the page after");
        copies.MapPost("/read", MarkAsync).WithSummary("Marks what was shown to the caller of one case as read, or of all (caseId left out); gives how many are left");
        return routes;
    }

    internal sealed record CandidateAnswer(long UserId, string Name, string Role, string Body);

    internal sealed record TakeBackAnswer(int Visit, string Step, bool Seen, string? Code, string? WhyNot);

    internal sealed record SignersAnswer(
        long CaseId, int? Visit, IReadOnlyList<SignerLine> Signers, IReadOnlyList<CandidateAnswer> MayAsk, IReadOnlyList<CandidateAnswer> MayShow, IReadOnlyList<ReturnTarget> Targets, TakeBackAnswer? TakeBack);

    internal sealed record AddBody(int Visit, string Place, IReadOnlyList<long>? People, string? Reason);

    internal sealed record RemoveBody(int Step, int Number, string? Reason);

    internal sealed record TakeBackBody(int Visit, string? Reason);

    internal sealed record ReturnBody(int Visit, string Target, bool Straight, IReadOnlyList<string>? Reasons, string? Text, DateOnly? Due);

    internal sealed record CopiesReadBody(long? CaseId);

    internal sealed record CopiesReadAnswer(int Unread);

    internal sealed record CopyBody(int Visit, IReadOnlyList<long>? People, string? Text);

    /// <summary>Before, After, Beside or Asked; anything else is no place.</summary>
    public static ParticipantPlace Place(string? name) => name switch
    {
        nameof(ParticipantPlace.Before) => ParticipantPlace.Before,
        nameof(ParticipantPlace.After) => ParticipantPlace.After,
        nameof(ParticipantPlace.Beside) => ParticipantPlace.Beside,
        nameof(ParticipantPlace.Asked) => ParticipantPlace.Asked,
        _ => ParticipantPlace.Listed,
    };

    private static async Task<Results<Ok<SignersAnswer>, JsonHttpResult<RefusedAnswer>>> ReadAsync(long id, Viewer viewer, ReadSigners read, Texts texts, CancellationToken ct, string? find = null) =>
        texts.Answer((await read.RunAsync(viewer, id, ct)).Then<SignersAnswer>(view => new SignersAnswer(
            view.CaseId, view.Visit, view.Lines, Told(view.MayAsk, find, texts), Told(view.MayShow, find, texts), view.Targets,
            view.TakeBack is { } last ? new TakeBackAnswer(last.Visit, last.Step, last.Seen, last.WhyNot?.Code, last.WhyNot is { } why ? texts.Refusal(why) : null) : null)));

    private static IReadOnlyList<CandidateAnswer> Told(IReadOnlyList<Candidate> people, string? find, Texts texts) =>
        [.. PeopleFound.Search(people, find, role => texts[$"role.{role}"]).Select(c => new CandidateAnswer(c.UserId, c.Name, c.Post.Role, c.Body))];

    private static async Task<Results<Ok<CaseAnswer>, JsonHttpResult<RefusedAnswer>>> AddAsync(long id, AddBody body, Viewer viewer, AddSigners add, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await add.RunAsync(viewer, id, new SignersAsked(body.Visit, Place(body.Place), body.People ?? [], body.Reason ?? ""), key.Value, ct));

    private static async Task<Results<Ok<CaseAnswer>, JsonHttpResult<RefusedAnswer>>> RemoveAsync(long id, RemoveBody body, Viewer viewer, RemoveSigner remove, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await remove.RunAsync(viewer, id, new SignerRemoved(body.Step, body.Number, body.Reason ?? ""), key.Value, ct));

    private static async Task<Results<Ok<CaseAnswer>, JsonHttpResult<RefusedAnswer>>> TakeBackAsync(
        long id, TakeBackBody body, Viewer viewer, TakeBackDecision takeBack, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await takeBack.RunAsync(viewer, id, body.Visit, body.Reason ?? "", key.Value, ct));

    private static async Task<Results<Ok<CaseAnswer>, JsonHttpResult<RefusedAnswer>>> ReturnAsync(long id, ReturnBody body, Viewer viewer, ReturnToStep to, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await to.RunAsync(viewer, id, new StepReturn(body.Visit, body.Target, body.Straight, body.Reasons ?? [], body.Text ?? "", body.Due), key.Value, ct));

    private static async Task<Results<Ok<CaseAnswer>, JsonHttpResult<RefusedAnswer>>> CopyAsync(long id, CopyBody body, Viewer viewer, CopyCase copy, IdempotencyKey key, Texts texts, CancellationToken ct) =>
        texts.Answer(await copy.RunAsync(viewer, id, new CasesShown(body.Visit, body.People ?? [], body.Text ?? ""), key.Value, ct));

    private static async Task<Ok<CopyPage>> CopiesAsync(Viewer viewer, ReadCopies read, CancellationToken ct, string? from = null) => TypedResults.Ok(await read.RunAsync(viewer, from, ReadCopies.Size, ct));

    private static async Task<Ok<CopiesReadAnswer>> MarkAsync(CopiesReadBody body, Viewer viewer, ReadCopies read, CancellationToken ct)
    {
        await read.MarkAsync(viewer, body.CaseId, ct);
        return TypedResults.Ok(new CopiesReadAnswer(await read.UnreadAsync(viewer, ct)));
    }
}
