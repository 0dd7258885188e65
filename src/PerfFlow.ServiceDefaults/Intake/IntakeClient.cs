using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PerfFlow.ServiceDefaults.Intake;

/// <summary>A file on its way to the user; dispose it after copying <see cref="Content"/>.</summary>
/// <param name="Content">The bytes, as they arrive.</param>
/// <param name="Name">The name to offer for saving.</param>
/// <param name="ContentType">By what the content is, not by what its name says.</param>
public sealed record IntakeFile(Stream Content, string Name, string ContentType) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}

/// <summary>A file in the drop folder that nobody has taken yet.</summary>
/// <param name="Id">Names it when it is taken.</param>
/// <param name="Name">As it lay there.</param>
/// <param name="UnitCode">Unit it is for, by the folder it lay in.</param>
/// <param name="DroppedAt">System time.</param>
/// <param name="Size">Bytes.</param>
public sealed record DroppedFile(Guid Id, string Name, string UnitCode, DateTimeOffset DroppedAt, long Size);

/// <summary>
/// The Platform's way to Intake: over HTTP also when both share a process, each call with a ticket of its own.
/// Call it only after <c>Access</c> has allowed the act. Refusals: <c>intake-away</c> (try again later), <c>intake-gone</c> (no such
/// file), <c>intake-damaged</c> (the stored bytes are not those received).
/// </summary>
public sealed class IntakeClient(HttpClient http, IntakeTickets tickets, IServiceProvider services, IConfiguration configuration)
{
    /// <summary>Setting with the address of Intake; empty when it runs in this process.</summary>
    public const string AddressSetting = "Intake:Address";

    /// <summary>
    /// Hands a file in. With a layout it is read at once and the answer says what was found, also when it was rejected;
    /// without one it is an attachment, looked at and kept. The same <paramref name="id"/> again gives the same answer.
    /// </summary>
    public Task<Outcome<IntakeAnswer>> UploadAsync(IntakeSender sender, Guid id, string? layout, string name, Stream content, CancellationToken ct) =>
        JsonAsync<IntakeAnswer>(HttpMethod.Post, "files?name=" + Uri.EscapeDataString(name), tickets.Issue(id, IntakeAct.Upload, sender, layout: layout), new StreamContent(content), ct);

    /// <summary>The bytes of a stored file, exactly as received.</summary>
    public Task<Outcome<IntakeFile>> DownloadAsync(IntakeSender sender, Guid file, CancellationToken ct) =>
        FileAsync(HttpMethod.Get, $"files/{file}", tickets.Issue(file, IntakeAct.Download, sender, file), null, ct);

    /// <summary>How a document was read, with its problems in the sender's language.</summary>
    public Task<Outcome<IntakeAnswer>> AnswerAsync(IntakeSender sender, Guid document, CancellationToken ct) =>
        JsonAsync<IntakeAnswer>(HttpMethod.Get, $"documents/{document}", tickets.Issue(document, IntakeAct.Read, sender, document), null, ct);

    /// <summary>The typed values of a document that was read.</summary>
    public Task<Outcome<ParsedDocument>> ValuesAsync(IntakeSender sender, Guid document, CancellationToken ct) =>
        JsonAsync<ParsedDocument>(HttpMethod.Get, $"documents/{document}/values", tickets.Issue(document, IntakeAct.Read, sender, document), null, ct);

    /// <summary>A workbook to fill in; with <paramref name="data"/> it is prefilled.</summary>
    public Task<Outcome<IntakeFile>> BlankAsync(IntakeSender sender, string layout, WorkbookData? data, CancellationToken ct) =>
        FileAsync(HttpMethod.Post, "workbooks/" + Uri.EscapeDataString(layout), tickets.Issue(Guid.Empty, IntakeAct.Workbook, sender),
            JsonContent.Create(data ?? WorkbookData.Empty), ct);

    /// <summary>The document as a workbook with its layout errors and the Platform's <paramref name="findings"/> marked and listed.</summary>
    public Task<Outcome<IntakeFile>> MarkedAsync(IntakeSender sender, Guid document, IReadOnlyList<IntakeProblem> findings, CancellationToken ct) =>
        FileAsync(HttpMethod.Post, $"documents/{document}/marked", tickets.Issue(document, IntakeAct.Workbook, sender, document), JsonContent.Create(findings), ct);

    /// <summary>Files of the drop folder that wait for a clerk of this unit.</summary>
    public Task<Outcome<IReadOnlyList<DroppedFile>>> DropsAsync(IntakeSender sender, string unitCode, CancellationToken ct) =>
        JsonAsync<IReadOnlyList<DroppedFile>>(HttpMethod.Get, "drops", tickets.Issue(Guid.Empty, IntakeAct.Drops, sender, unitCode: unitCode), null, ct);

    /// <summary>A clerk takes a dropped file: from now on it is as if they had uploaded it. Somebody else was first: <c>intake-taken</c>.</summary>
    public Task<Outcome<IntakeAnswer>> TakeAsync(IntakeSender sender, string unitCode, Guid drop, string layout, CancellationToken ct) =>
        JsonAsync<IntakeAnswer>(HttpMethod.Post, $"drops/{drop}/take", tickets.Issue(drop, IntakeAct.Drops, sender, drop, layout, unitCode), null, ct);

    private async Task<Outcome<T>> JsonAsync<T>(HttpMethod method, string path, string ticket, HttpContent? body, CancellationToken ct)
    {
        var sent = await SendAsync(method, path, ticket, body, ct);
        if (!sent.Ok)
        {
            return sent.Refusal!;
        }

        using var response = sent.Value;
        return (await response.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, ct))!;
    }

    private async Task<Outcome<IntakeFile>> FileAsync(HttpMethod method, string path, string ticket, HttpContent? body, CancellationToken ct)
    {
        var sent = await SendAsync(method, path, ticket, body, ct);
        if (!sent.Ok)
        {
            return sent.Refusal!;
        }

        var headers = sent.Value.Content.Headers;
        return new IntakeFile(
            await sent.Value.Content.ReadAsStreamAsync(ct),
            headers.ContentDisposition?.FileNameStar ?? headers.ContentDisposition?.FileName ?? "file",
            headers.ContentType?.MediaType ?? "application/octet-stream");
    }

    private async Task<Outcome<HttpResponseMessage>> SendAsync(HttpMethod method, string path, string ticket, HttpContent? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address(), "intake/" + path)) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Ticket", ticket);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            return new Refusal("intake-away") { Kind = RefusalKind.Busy };
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        var status = response.StatusCode;
        response.Dispose();
        return status switch
        {
            HttpStatusCode.NotFound => Refusal.NotFound("intake-gone"),
            HttpStatusCode.Conflict => Refusal.Conflict("intake-taken"),
            HttpStatusCode.Gone => new Refusal("intake-damaged"),
            // A ticket that is not good there: the clocks of the two differ by more than they should, for the time being.
            HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable => new Refusal("intake-away") { Kind = RefusalKind.Busy },
            _ => throw new HttpRequestException($"Intake answered {path} with {(int)status}.", null, status),
        };
    }

    private Uri Address()
    {
        var address = configuration[AddressSetting];
        if (string.IsNullOrEmpty(address))
        {
            var own = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            address = own.FirstOrDefault(a => a.StartsWith("http:", StringComparison.OrdinalIgnoreCase))
                ?.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
                .Replace("//+", "//127.0.0.1", StringComparison.Ordinal).Replace("//*", "//127.0.0.1", StringComparison.Ordinal)
                ?? throw new InvalidOperationException($"This process listens on no plain http address: set {AddressSetting}.");
        }

        return new Uri(address.TrimEnd('/') + "/");
    }
}

/// <summary>How a host comes to its <see cref="IntakeClient"/>.</summary>
public static class IntakeClientHosting
{
    /// <summary>Registers <see cref="IntakeClient"/> for the Platform; settings <c>Intake:Address</c> and <c>Intake:TicketKey</c>.</summary>
    public static WebApplicationBuilder AddIntakeClient(this WebApplicationBuilder builder)
    {
        builder.Services.AddIntakeTickets();
        builder.Services.AddHttpClient<IntakeClient>(http => http.Timeout = TimeSpan.FromSeconds(60));
        return builder;
    }

    /// <summary>The one ticket key of this process, shared by client and service when both are here.</summary>
    public static IServiceCollection AddIntakeTickets(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => IntakeTickets.Of(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
