using System.Reflection;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Http;

/// <summary>
/// The id under which an act of the API is answered once: the header <c>Idempotency-Key</c>, a UUID or any text of the
/// caller's. Without the header each call is an act of its own. Endpoints take it as a parameter.
/// </summary>
public readonly record struct IdempotencyKey(Guid Value)
{
    public const string Header = "Idempotency-Key";

    public static ValueTask<IdempotencyKey> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(parameter);
        var text = context.Request.Headers[Header].ToString();
        var key = text.Length == 0
            ? Guid.CreateVersion7(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow())
            : Guid.TryParse(text, out var id) ? id : CommandId.Of($"key {text}");
        return ValueTask.FromResult(new IdempotencyKey(key));
    }
}
