using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Intake.Data;
using PerfFlow.Intake.Documents;
using PerfFlow.Intake.Layouts;
using PerfFlow.Intake.Storage;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Intake;

/// <summary>
/// The doors that the Platform knocks at. Every one wants a ticket for exactly this act on exactly this subject; who the
/// user is was asked before. Without a ticket they are as good as not there.
/// </summary>
internal static class IntakeApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/files", UploadAsync);
        routes.MapGet("/files/{id:guid}", DownloadAsync);
        routes.MapGet("/documents/{id:guid}", AnswerAsync);
        routes.MapGet("/documents/{id:guid}/values", ValuesAsync);
        routes.MapPost("/documents/{id:guid}/marked", MarkedAsync);
        routes.MapPost("/workbooks/{layout}", BlankAsync);
        routes.MapGet("/drops", DropsAsync);
        routes.MapPost("/drops/{id:guid}/take", TakeAsync);
    }

    private static async Task<IResult> UploadAsync(string name, HttpRequest request, IntakeTickets tickets, ReceiveFile receive, CancellationToken ct)
    {
        if (Ticket(request, tickets, IntakeAct.Upload) is not { } ticket || Unknown(ticket.Layout))
        {
            return Results.Unauthorized();
        }

        // our own limit answers with a sentence; the server's would only cut the connection
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        return Results.Json(await receive.RunAsync(ticket, name, request.Body, ct));
    }

    private static async Task<IResult> DownloadAsync(Guid id, HttpRequest request, IntakeTickets tickets, IDbContextFactory<IntakeDb> databases, FileVault vault, CancellationToken ct)
    {
        if (Ticket(request, tickets, IntakeAct.Download, id) is not { } ticket)
        {
            return Results.Unauthorized();
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var file = await db.Files.AsNoTracking().FirstOrDefaultAsync(f => f.Id == id && f.Region == ticket.Sender.Region.Code && f.Generation == ticket.Sender.Region.Generation, ct);
        if (file is null)
        {
            return Results.NotFound();
        }

        return await vault.OpenAsync(file.Sha256, ct) is { } content
            ? Results.Stream(content, ContentType(file.Kind), file.Name)
            : Results.StatusCode(StatusCodes.Status410Gone);
    }

    private static async Task<IResult> AnswerAsync(Guid id, HttpRequest request, IntakeTickets tickets, IDbContextFactory<IntakeDb> databases, CancellationToken ct)
    {
        if (Ticket(request, tickets, IntakeAct.Read, id) is not { } ticket)
        {
            return Results.Unauthorized();
        }

        return await DocumentAsync(databases, ticket, id, ct) is { } document ? Results.Json(Answers.Of(document, ticket.Sender.Language)) : Results.NotFound();
    }

    private static async Task<IResult> ValuesAsync(Guid id, HttpRequest request, IntakeTickets tickets, IDbContextFactory<IntakeDb> databases, CancellationToken ct)
    {
        if (Ticket(request, tickets, IntakeAct.Read, id) is not { } ticket)
        {
            return Results.Unauthorized();
        }

        return await DocumentAsync(databases, ticket, id, ct) is { Parsed: { } values } ? Results.Text(values, "application/json", Encoding.UTF8) : Results.NotFound();
    }

    private static async Task<IResult> MarkedAsync(
        Guid id, IReadOnlyList<IntakeProblem> findings, HttpRequest request, IntakeTickets tickets, IDbContextFactory<IntakeDb> databases,
        FileVault vault, ParserPool parser, IntakeOptions options, CancellationToken ct)
    {
        if (Ticket(request, tickets, IntakeAct.Workbook, id) is not { } ticket)
        {
            return Results.Unauthorized();
        }

        if (await DocumentAsync(databases, ticket, id, ct) is not { FileId: not null } document)
        {
            return Results.NotFound();
        }

        var language = ticket.Sender.Language;
        List<IntakeProblem> problems = [.. Answers.Problems(document, language), .. findings];
        var target = vault.TemporaryFile();
        try
        {
            var reply = await parser.AskAsync(new ParserRequest(vault.Place(document.Sha256), document.Layout, target, problems, language, options.Limits), ct);
            var name = IntakeTexts.For(language)["file.marked", [Path.GetFileNameWithoutExtension(document.Name)]];
            return reply.Refusal is null
                ? Results.Bytes(await File.ReadAllBytesAsync(target, ct), ContentType("xlsx"), name)
                : Results.StatusCode(StatusCodes.Status410Gone);
        }
        finally
        {
            File.Delete(target);
        }
    }

    private static IResult BlankAsync(string layout, WorkbookData data, HttpRequest request, IntakeTickets tickets)
    {
        if (Ticket(request, tickets, IntakeAct.Workbook) is not { } ticket)
        {
            return Results.Unauthorized();
        }

        if (!Layout.All.TryGetValue(layout, out var found))
        {
            return Results.NotFound();
        }

        using var workbook = new MemoryStream();
        var words = IntakeTexts.For(ticket.Sender.Language);
        BlankWorkbook.Write(workbook, found, data, words);
        return Results.Bytes(workbook.ToArray(), ContentType("xlsx"), words["file.blank", [found.Title]]);
    }

    private static async Task<IResult> DropsAsync(HttpRequest request, IntakeTickets tickets, IDbContextFactory<IntakeDb> databases, CancellationToken ct)
    {
        if (Ticket(request, tickets, IntakeAct.Drops) is not { UnitCode: { } unit } ticket)
        {
            return Results.Unauthorized();
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var waiting = await db.Drops.Where(d => d.TakenAt == null && d.Region == ticket.Sender.Region.Code && d.UnitCode == unit)
            .OrderBy(d => d.DroppedAt).Take(200).Select(d => new DroppedFile(d.Id, d.Name, d.UnitCode, d.DroppedAt, d.Size)).ToListAsync(ct);
        return Results.Json(waiting);
    }

    private static async Task<IResult> TakeAsync(Guid id, HttpRequest request, IntakeTickets tickets, IDbContextFactory<IntakeDb> databases, ReceiveFile receive, CancellationToken ct)
    {
        if (Ticket(request, tickets, IntakeAct.Drops, id) is not { UnitCode: { } unit, Layout: not null } ticket || Unknown(ticket.Layout))
        {
            return Results.Unauthorized();
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var drop = await db.Drops.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id && d.Region == ticket.Sender.Region.Code && d.UnitCode == unit, ct);
        if (drop is null)
        {
            return Results.NotFound();
        }

        if (drop.TakenAt is null)
        {
            return await receive.TakeAsync(ticket, drop, ct) is { } taken ? Results.Json(taken) : Results.Conflict();
        }

        return drop.TakenBy == ticket.Sender.User && await receive.FindAsync(ticket, ct) is { } mine ? Results.Json(mine) : Results.Conflict();
    }

    private static IntakeTicket? Ticket(HttpRequest request, IntakeTickets tickets, IntakeAct act, Guid? subject = null) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith("Ticket ", StringComparison.Ordinal)
            ? tickets.Check(header["Ticket ".Length..], act, subject)
            : null;

    private static bool Unknown(string? layout) => layout is not null && !Layout.All.ContainsKey(layout);

    private static async Task<DocumentRow?> DocumentAsync(IDbContextFactory<IntakeDb> databases, IntakeTicket ticket, Guid id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var region = ticket.Sender.Region;
        return await db.Documents.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id && d.Region == region.Code && d.Generation == region.Generation, ct);
    }

    private static string ContentType(string kind) => kind switch
    {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "csv" => "text/csv",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpeg" => "image/jpeg",
        _ => "application/octet-stream",
    };
}
