using System.Diagnostics;
using System.Net;
using System.Text.Json;
using PerfFlow.Tests.Identity;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// Somebody who presses the same button again when no answer came: the same request with the same <c>Idempotency-Key</c>,
/// until it is answered or the system has been whole for a minute.
/// </summary>
internal sealed class PatientClient(Uri address, Person person, Plug plug) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Visitor visitor = new(address);

    public Task SignInAsync() => InsistAsync("sign-in", async () =>
    {
        using var form = await visitor.GetAsync("/sign-in");
        if (form.StatusCode != HttpStatusCode.OK)
        {
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        }

        var answer = await visitor.SignInAsync(person.UserName, person.Password);
        Assert.True(answer.StatusCode is HttpStatusCode.Redirect or >= HttpStatusCode.InternalServerError, $"{person.UserName} may not sign in: {(int)answer.StatusCode}");
        return answer.StatusCode == HttpStatusCode.Redirect ? new HttpResponseMessage(HttpStatusCode.OK) : answer;
    });

    public Task<JsonElement> ReadAsync(string path) => JsonAsync(HttpMethod.Get, path, null, null);

    public async Task<byte[]> ReadBytesAsync(string path)
    {
        using var answer = await InsistAsync(path, () => visitor.Http.GetAsync(path, Ct));
        return await answer.Content.ReadAsByteArrayAsync(Ct);
    }

    /// <summary>An act that is no command of the runner and may simply be repeated.</summary>
    public async Task<JsonElement> PutAsync(string path, object body)
    {
        var answer = await JsonAsync(HttpMethod.Put, path, null, () => JsonContent(body));
        plug.Accepted();
        return answer;
    }

    /// <summary>An act that answers once per key.</summary>
    public async Task<JsonElement> ActAsync(string path, Guid key, object body)
    {
        var answer = await JsonAsync(HttpMethod.Post, path, key, () => JsonContent(body));
        plug.Accepted();
        return answer;
    }

    /// <summary>An act that comes too late and has to be refused, also when it is asked again.</summary>
    public async Task RefusedAsync(string path, Guid key, object body)
    {
        for (var time = 1; time <= 2; time++)
        {
            using var answer = await AnswerAsync(HttpMethod.Post, path, key, () => JsonContent(body));
            Assert.True(answer.StatusCode == HttpStatusCode.Conflict, $"{path} by {person.UserName} was not refused: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}");
        }
    }

    public async Task SendFileAsync(string path, Guid key, byte[] file)
    {
        await JsonAsync(HttpMethod.Post, path, key, () => new ByteArrayContent(file));
        plug.Accepted();
    }

    public void Dispose() => visitor.Dispose();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static StringContent JsonContent(object body) => new(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), System.Text.Encoding.UTF8, "application/json");

    private Task<HttpResponseMessage> AnswerAsync(HttpMethod method, string path, Guid? key, Func<HttpContent>? body) => InsistAsync($"{method} {path} by {person.UserName}", async () =>
    {
        using var request = new HttpRequestMessage(method, path) { Content = body?.Invoke() };
        if (key is { } id)
        {
            request.Headers.Add("Idempotency-Key", id.ToString());
        }

        return await visitor.Http.SendAsync(request, Ct);
    });

    private async Task<JsonElement> JsonAsync(HttpMethod method, string path, Guid? key, Func<HttpContent>? body)
    {
        using var answer = await AnswerAsync(method, path, key, body);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path} by {person.UserName}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>No answer, or one that says that the machine is at fault, is asked for again.</summary>
    private async Task<HttpResponseMessage> InsistAsync(string what, Func<Task<HttpResponseMessage>> send)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            string said;
            try
            {
                var answer = await send();
                if (answer.StatusCode < HttpStatusCode.InternalServerError)
                {
                    plug.Answered(what, began);
                    return answer;
                }

                said = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}";
                plug.Refused(what, (int)answer.StatusCode, said);
                answer.Dispose();
            }
            catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !Ct.IsCancellationRequested))
            {
                said = e.Message;
            }

            Assert.True(plug.MayStillBeDown(began), $"{what} got no answer within {Plug.Recovery.TotalSeconds:0} s: {said[..Math.Min(500, said.Length)]}");
            await Task.Delay(Pause, TimeProvider.System, Ct);
        }
    }
}
