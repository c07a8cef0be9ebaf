// The map of a plan's visits: places numbered as in the table, from this machine alone.
import * as maplibre from './maplibre-gl.mjs'

const LINE = '#505a5f'
const INK = '#0b0c0c'
const PLACE = '#a4c2dc'
const is = (kind) => ['==', ['get', 'kind'], kind]

const LAYERS = [
  { id: 'paper', type: 'background', paint: { 'background-color': '#ffffff' } },
  { id: 'boroughs', type: 'line', source: 'visits', filter: is('borough'), paint: { 'line-color': LINE, 'line-width': 1 } },
  { id: 'places', type: 'fill', source: 'visits', filter: is('place'), paint: { 'fill-color': PLACE, 'fill-outline-color': LINE } },
  {
    id: 'numbers',
    type: 'symbol',
    source: 'visits',
    filter: is('number'),
    layout: { 'text-field': ['get', 'name'], 'text-font': ['sans-serif'], 'text-size': 13, 'text-padding': 0 },
    paint: { 'text-color': INK, 'text-halo-color': '#ffffff', 'text-halo-width': 2 }
  }
]

function describe (map) {
  map.on('click', 'places', (event) => {
    const said = event.features[0].properties
    const box = document.createElement('p')
    box.className = 'govuk-body-s govuk-!-margin-0'
    box.textContent = `${said.name}: ${said.words}`
    new maplibre.Popup().setLngLat(event.lngLat).setDOMContent(box).addTo(map)
  })
}

for (const canvas of document.querySelectorAll('[data-visits]')) {
  canvas.hidden = false
  const data = new URL(canvas.dataset.visits, document.baseURI).href
  const map = new maplibre.Map({
    container: canvas,
    bounds: JSON.parse(canvas.dataset.bounds),
    fitBoundsOptions: { padding: 30, maxZoom: 15 },
    attributionControl: false,
    cooperativeGestures: true,
    fadeDuration: 0,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    style: { version: 8, sources: { visits: { type: 'geojson', data } }, layers: LAYERS }
  })
  map.addControl(new maplibre.NavigationControl({ showCompass: false }))
  map.addControl(new maplibre.ScaleControl({ unit: 'metric' }))
  describe(map)
  map.once('idle', () => { canvas.dataset.ready = 'yes' })
}
